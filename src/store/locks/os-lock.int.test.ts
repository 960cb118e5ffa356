import {chmodSync, existsSync, statSync, writeFileSync} from 'node:fs';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type ChildProgram, childProgram, type RunningChild} from '../../platform/testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {acquireOsLock, isOsLockHeld, type OsLock} from './os-lock.ts';

/** Says that it tries and whether it got the lock, and keeps it until it is killed. */
const HOLDER = `
import {acquireOsLock} from 'SRC/store/index.ts';
console.log('trying');
const lock = acquireOsLock(process.argv[2], Number(process.argv[3]));
console.log(lock === undefined ? 'refused' : 'held');
setInterval(() => lock, 60_000);
`;

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram(HOLDER);
});
afterAll(() => program.remove());

let directory: TemporaryDirectory;
let path: string;
const children: RunningChild[] = [];
const locks: OsLock[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('coordinator.lock');
});
afterEach(async () => {
  for (const lock of locks.splice(0)) lock.release();
  for (const child of children.splice(0)) await child.kill();
  directory.remove();
});

/** Starts a process that is about to try; `outcome` tells whether it got the lock. */
async function holder(waitMs = 0): Promise<RunningChild & {readonly outcome: Promise<string>}> {
  const child = program.start(path, String(waitMs));
  children.push(child);
  expect(await child.line()).toBe('trying');
  return {...child, outcome: child.line()};
}

function acquire(): OsLock | undefined {
  const lock = acquireOsLock(path, 0);
  if (lock !== undefined) locks.push(lock);
  return lock;
}

describe('the lock', () => {
  it('is held by one process, and dies with it', async () => {
    const first = await holder();
    expect(await first.outcome).toBe('held');
    expect(acquire()).toBeUndefined();
    expect(await (await holder()).outcome).toBe('refused');
    expect(isOsLockHeld(path)).toBe(true);
    await first.kill();
    expect(isOsLockHeld(path)).toBe(false);
    expect(acquire()).toBeDefined();
  });

  it('is free again when it is released', async () => {
    acquire()?.release();
    expect(await (await holder()).outcome).toBe('held');
  });

  it('is waited for', async () => {
    const lock = acquire();
    const waiting = await holder(10_000);
    lock?.release();
    expect(await waiting.outcome).toBe('held');
  });

  it('is not lost when its own process tries to take it once more', async () => {
    acquire();
    expect(acquire()).toBeUndefined();
    expect(isOsLockHeld(path)).toBe(true);
    expect(await (await holder()).outcome).toBe('refused');
  });

  it('lies in a private file, and one that others may use is refused', () => {
    acquire()?.release();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o666);
    expect(acquire).toThrow(expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}));
  });

  it('says so when its file is something else', () => {
    writeFileSync(path, 'a text that is no database. '.repeat(100), {mode: 0o600});
    expect(acquire).toThrow(/it is no lock/);
  });
});

describe('a look at the lock', () => {
  it('does not take it', async () => {
    acquire()?.release();
    for (let look = 0; look < 100; look++) expect(isOsLockHeld(path)).toBe(false);
    expect(await (await holder()).outcome).toBe('held');
  });

  it('makes no file', () => {
    expect(isOsLockHeld(path)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });
});
