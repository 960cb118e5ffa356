import {mkdirSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {readLockHolder} from '../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {takeCoordinatorLock} from './coordinator-lock.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const OPTIONS = {waitMs: 0, now: () => 42, onUntold: () => undefined};

describe('the lock of the coordinator', () => {
  it('tells who has it, as long as somebody has it', () => {
    const lock = takeCoordinatorLock(directory.path, OPTIONS);
    expect(readLockHolder(directory.path)).toMatchObject({pid: process.pid, sinceMs: 42});
    expect(takeCoordinatorLock(directory.path, {...OPTIONS, now: () => 43})).toBeUndefined();
    expect(readLockHolder(directory.path)).toMatchObject({sinceMs: 42});
    lock?.release();
    expect(readLockHolder(directory.path)).toBeUndefined();
    takeCoordinatorLock(directory.path, OPTIONS)?.release();
  });

  it('is taken also where nobody can be told so', () => {
    mkdirSync(directory.at('coordinator.json.new'));
    const errors: unknown[] = [];
    const lock = takeCoordinatorLock(directory.path, {...OPTIONS, onUntold: error => errors.push(error)});
    expect(lock).toBeDefined();
    expect(errors).toHaveLength(1);
    lock?.release();
  });
});
