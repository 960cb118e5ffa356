/**
 * The one kind of lock between processes: it dies with its holder. Node has no flock; an exclusive SQLite transaction on
 * a file of its own takes the same kind of lock from the system on every platform. Here it is taken many times, for short
 * sections, on a connection that stays open. Two of one process exclude each other as well.
 */
import {statSync} from 'node:fs';

import {sqliteDriver} from '../driver/choice.ts';
import {storeFault} from '../store-fault.ts';
import {makeLockFile} from './lock-file.ts';

export interface OsMutex {
  /** Waits up to `waitMs`, without giving way to anything else in this program; false when somebody holds the lock for longer. */
  tryEnter(waitMs: number): boolean;
  /** Lets go of the lock. Only to be called inside. */
  leave(): void;
  /** Whether the file that is locked is still the one at its path. To be asked inside: when it is not, the lock protects nothing. */
  isInPlace(): boolean;
  /** Closing twice is allowed. */
  close(): void;
}

/**
 * Opens the lock at `path` and makes its file where there is none; the directory must exist. Throws when the file cannot
 * be used (permissions, full disk); `tryEnter` throws when it is something else than a lock.
 */
export function openOsMutex(path: string): OsMutex {
  const driver = sqliteDriver(); // without one nothing is made
  makeLockFile(path);
  const {ino} = statSync(path);
  const db = driver.connect(path, {timeout: 0});
  let isSet = false;
  const begin = db.prepare('BEGIN EXCLUSIVE');
  const rollback = db.prepare('ROLLBACK');
  const tryOnce = (): boolean =>
    succeeds(() => {
      // Also this is refused while somebody has the lock.
      if (!isSet) db.exec('PRAGMA journal_mode = MEMORY');
      isSet = true;
      begin.run();
    });
  return {
    tryEnter: waitMs => entersWithin(waitMs, tryOnce),
    leave: () => void rollback.run(),
    isInPlace: () => statSync(path, {throwIfNoEntry: false})?.ino === ino,
    close: () => void db.close(),
  };
}

const FIRST_PAUSE_MS = 0.05;
const LONGEST_PAUSE_MS = 2;

/** SQLite's own waiting sleeps for at least a millisecond, which is long for a section of microseconds. */
function entersWithin(waitMs: number, tryOnce: () => boolean): boolean {
  const end = performance.now() + waitMs;
  let pause = FIRST_PAUSE_MS;
  while (!tryOnce()) {
    if (performance.now() >= end) return false;
    Atomics.wait(NEVER, 0, 0, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  return true;
}

/** Nobody wakes who waits for it: a pause. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

function succeeds(begin: () => void): boolean {
  try {
    begin();
    return true;
  } catch (error) {
    if (storeFault(error) === 'busy') return false;
    throw error;
  }
}
