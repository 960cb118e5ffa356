/** The lock that makes one process the coordinator of a state directory, and the word of who has it. */
import {join} from 'node:path';

import {removeLockHolder, writeLockHolder} from '../../platform/index.ts';
import {acquireOsLock, type OsLock} from '../../store/index.ts';

export interface CoordinatorLockOptions {
  /** How long to wait for it. */
  readonly waitMs: number;
  readonly now: () => number;
  /** Hears when the lock was taken and nobody can be told who has it: a full disk keeps no coordinator from starting. */
  readonly onUntold: (error: unknown) => void;
}

/** Undefined when another process has it. Throws when the file cannot be used. */
export function takeCoordinatorLock(
  state: string,
  {waitMs, now, onUntold}: CoordinatorLockOptions,
): OsLock | undefined {
  const lock = acquireOsLock(coordinatorLockPath(state), waitMs);
  if (lock === undefined) return undefined;
  try {
    writeLockHolder(state, now());
  } catch (error) {
    onUntold(error);
  }
  return {
    isInPlace: () => lock.isInPlace(),
    release: () => {
      if (lock.isInPlace()) removeLockHolder(state); // otherwise it may be that of another one
      lock.release();
    },
  };
}

export function coordinatorLockPath(state: string): string {
  return join(state, 'coordinator.lock');
}
