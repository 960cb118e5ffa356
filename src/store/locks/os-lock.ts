/**
 * A lock that dies with its holder, also by kill -9. Node has no flock; an exclusive SQLite transaction on a
 * file of its own takes the same kind of lock from the system on every platform.
 */
import {statSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';
import {makeLockFile, openLockFile} from './lock-file.ts';

export interface OsLock {
  /** Whether the file that is locked is still the one at its path: when it is not, somebody else can hold a lock there. */
  isInPlace(): boolean;
  release(): void;
}

/**
 * Takes the lock at `path`, waiting up to `waitMs`; undefined when another process holds it.
 * Throws when the file cannot be used (permissions, full disk).
 */
export function acquireOsLock(path: string, waitMs: number): OsLock | undefined {
  makeLockFile(path);
  const {ino} = statSync(path);
  const db = openLockFile(path, waitMs);
  try {
    db.pragma('journal_mode=MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (codeOf(error) === 'SQLITE_BUSY') return undefined;
    throw error;
  }
  return {
    isInPlace: () => statSync(path, {throwIfNoEntry: false})?.ino === ino,
    release: () => void db.close(),
  };
}

/** Whether some process holds the lock. Never takes it and makes no file: a shared look that ends at once. */
export function isOsLockHeld(path: string): boolean {
  try {
    const db = openLockFile(path, 0);
    try {
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      return false;
    } finally {
      db.close();
    }
  } catch (error) {
    if (codeOf(error) === 'SQLITE_BUSY') return true;
    return false;
  }
}
