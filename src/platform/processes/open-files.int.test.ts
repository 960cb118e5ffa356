import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, openSync, rmSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {openFilesBelow, type WritersOf} from './open-files.ts';

let directory: TemporaryDirectory;
let now: number;
let writersOf: WritersOf;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  now = 1_000_000;
  writersOf = openFilesBelow(directory.path, {now: () => now});
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  directory.remove();
});

/** A process that has the file open like that, and whatever it starts. */
async function holder(file: string, flags: string, command = ['sleep', '60']): Promise<ChildProcess> {
  const fd = openSync(directory.at(file), flags);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {stdio: ['ignore', fd, 'ignore', 'pipe'], detached: true});
  children.push(child);
  await once(child, 'spawn');
  closeSync(fd);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // the group is gone
  }
  await exited;
}

async function writers(...names: readonly string[]): Promise<string[]> {
  const held = (await writersOf(names.map(name => directory.at(name)))) ?? new Map<string, number[]>();
  return [...held.keys()].map(path => path.slice(directory.path.length + 1)).sort();
}

const CHURN = `
  const {closeSync, openSync, writeSync} = require('node:fs');
  writeSync(3, 'ready');
  for (;;) Array.from({length: 50}, () => openSync('/dev/null')).forEach(fd => closeSync(fd));`;

describe('who can still write', () => {
  it('is found by the files that processes have open for writing', async () => {
    const [out, err] = [await holder('out', 'a'), await holder('err', 'w')];
    expect(await writers('out', 'err')).toEqual(['err', 'out']);
    await end(out);
    expect(await writers('out', 'err')).toEqual(['err']);
    await end(err);
    expect(await writers('out', 'err')).toEqual([]);
  });

  it('is nobody who only reads', async () => {
    closeSync(openSync(directory.at('out'), 'w'));
    await holder('out', 'r');
    expect(await writers('out')).toEqual([]);
  });

  it('is also a process that was started by one that was seen without', async () => {
    await holder('other', 'w', ['sleep', '60']);
    rmSync(directory.at('other'));
    expect(await writers('out')).not.toContain('out');
    await holder('out', 'a');
    expect(await writers('out')).toContain('out');
  });

  it('is also a process that opens and closes other files all the time', async () => {
    const fd = openSync(directory.at('out'), 'a');
    const churner = spawn(process.execPath, ['-e', CHURN], {
      stdio: Array.from({length: 201}, (_, at) => (at === 3 ? 'pipe' : at === 200 ? fd : 'ignore')),
      detached: true,
    });
    children.push(churner);
    await once(churner.stdio[3] as NodeJS.ReadableStream, 'data');
    closeSync(fd);
    for (let look = 0; look < 30; look++) {
      now += 10_000; // it may not be remembered as one that was seen without
      expect(await writers('out')).toEqual(['out']);
    }
  });

  it('is what a double fork leaves behind in a session of its own', async () => {
    const child = await holder('out', 'a', ['sh', '-c', 'setsid sleep 60 & echo $! >&3']);
    const [pid] = (await once(child.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    if (child.exitCode === null) await once(child, 'exit');
    expect(await writers('out')).toEqual(['out']);
    process.kill(Number(pid.toString()), 'SIGKILL');
    while ((await writers('out')).length > 0) now += 1;
  });

  it('is found again when pids may have been handed out anew', async () => {
    await writers('out');
    now += 10_000;
    await holder('out', 'a');
    expect(await writers('out')).toEqual(['out']);
    now -= 3_600_000;
    expect(await writers('out')).toEqual(['out']);
  });
});
