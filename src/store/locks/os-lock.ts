/** A lock that is held for as long as its holder lives: a mutex that is entered once. It dies with its holder, also by kill -9. */
import {connect} from '../driver/choice.ts';
import {storeFault} from '../store-fault.ts';
import {type OsMutex, openOsMutex} from './os-mutex.ts';

export interface OsLock extends Pick<OsMutex, 'isInPlace'> {
  release(): void;
}

/**
 * Takes the lock at `path`, waiting up to `waitMs`; undefined when another process holds it.
 * Throws when the file cannot be used (permissions, full disk).
 */
export function acquireOsLock(path: string, waitMs: number): OsLock | undefined {
  const mutex = openOsMutex(path);
  let isHeld = false;
  try {
    isHeld = mutex.tryEnter(waitMs);
    return isHeld ? {isInPlace: mutex.isInPlace, release: mutex.close} : undefined;
  } finally {
    if (!isHeld) mutex.close();
  }
}

/** Whether some process holds the lock. Never takes it and makes no file: a shared look that ends at once. */
export function isOsLockHeld(path: string): boolean {
  try {
    const db = connect(path, {timeout: 0});
    try {
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      return false;
    } finally {
      db.close();
    }
  } catch (error) {
    return storeFault(error) === 'busy';
  }
}
