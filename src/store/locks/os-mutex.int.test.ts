import {existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {type ChildProgram, childProgram, type RunningChild} from '../../platform/testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {type OsMutex, openOsMutex} from './os-mutex.ts';

/** Adds 1 to the number in a file so many times, each time inside of the lock; or stays inside. */
const COUNTER = `
import {readFileSync, writeFileSync} from 'node:fs';
import {openOsMutex} from 'SRC/store/index.ts';
const [path, file, times] = process.argv.slice(2);
const mutex = openOsMutex(path);
for (let time = 0; time < Number(times); time += 1) {
  while (!mutex.tryEnter(1000));
  writeFileSync(file, String(Number(readFileSync(file, 'utf8')) + 1));
  mutex.leave();
}
if (times === 'stay') console.log(mutex.tryEnter(1000));
else console.log('done');
setInterval(() => mutex, 60_000);
`;

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram(COUNTER);
});
afterAll(() => program.remove());

let directory: TemporaryDirectory;
let path: string;
const children: RunningChild[] = [];
const mutexes: OsMutex[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('lock');
});
afterEach(async () => {
  for (const mutex of mutexes.splice(0)) mutex.close();
  for (const child of children.splice(0)) await child.kill();
  directory.remove();
});

function open(): OsMutex {
  const mutex = openOsMutex(path);
  mutexes.push(mutex);
  return mutex;
}

function start(...args: readonly string[]): RunningChild {
  const child = program.start(path, ...args);
  children.push(child);
  return child;
}

describe('a mutex', () => {
  it('lets one process in at a time', async () => {
    writeFileSync(directory.at('count'), '0');
    const counters = [1, 2, 3].map(() => start(directory.at('count'), '300'));
    for (const counter of counters) expect(await counter.line()).toBe('done');
    expect(readFileSync(directory.at('count'), 'utf8')).toBe('900');
  });

  it('excludes two of one process, also after others of it were closed', () => {
    const [a, b] = [open(), open()];
    expect(a.tryEnter(0)).toBe(true);
    expect([b.tryEnter(0), b.tryEnter(5)]).toEqual([false, false]);
    open().close();
    expect(b.tryEnter(0)).toBe(false);
    a.leave();
    expect(b.tryEnter(0)).toBe(true);
  });

  it('is not lost to other processes when another one of its own is closed', async () => {
    const mutex = open();
    mutex.tryEnter(0);
    open().close();
    const other = start('', 'stay');
    expect(await other.line()).toBe('false');
  });

  it('dies with its holder', async () => {
    const holder = start('', 'stay');
    expect(await holder.line()).toBe('true');
    const mutex = open();
    expect(mutex.tryEnter(0)).toBe(false);
    await holder.kill();
    expect(mutex.tryEnter(0)).toBe(true);
  });

  it('knows when its file is not the one that others would lock', () => {
    const mutex = open();
    expect([mutex.tryEnter(0), mutex.isInPlace()]).toEqual([true, true]);
    rmSync(path);
    expect(mutex.isInPlace()).toBe(false);
    expect(open().tryEnter(0)).toBe(true);
    expect(mutex.isInPlace()).toBe(false);
  });

  it('lies in a private file, with nothing beside it', () => {
    const mutex = open();
    mutex.tryEnter(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory.path)).toEqual(['lock']);
    expect(existsSync(`${path}-journal`)).toBe(false);
  });

  it('says so when its file is something else', () => {
    writeFileSync(path, 'a text that is no database. '.repeat(100), {mode: 0o600});
    expect(() => open().tryEnter(0)).toThrow(/it is no lock/);
  });
});
