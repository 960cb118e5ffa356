/**
 * Opening the file of a session. In this order: what is there is looked at, whether it is a session at all; the directory is
 * made, the lock is taken, a torn tail is kept in a side
 * file and cut, the last event is looked at, and writing goes on behind it. The lock dies with its holder, so whoever
 * opens the session after a crash finds it free, and repairs what the crash left.
 */
import {lstatSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {reasonOf, StintError} from '../../../base/index.ts';
import {DEFAULT_SEGMENT_BYTES, JournalWriteError, openJournal} from '../../../journal/index.ts';
import {checkPrivate, makeDirectories, PRIVATE_DIRECTORY, systemClock} from '../../../platform/index.ts';
import {type OsLock, storeFault} from '../../../store/index.ts';
import {
  lockSession,
  refuseForeignSession,
  removeSessionFiles,
  sessionFileName,
  tornPath,
} from '../../session-files/index.ts';
import {warnOfRecording} from '../sink-health.ts';
import {checkOptions, type JsonlPlace, type JsonlSinkOptions} from './jsonl-options.ts';
import {JsonlSink} from './jsonl-sink.ts';
import {nextIndex} from './next-index.ts';

/**
 * Opens a session for recording and goes on where it ended. Throws a `StintError`: `BUSY` when somebody else records it,
 * `NOT_A_STINT_FILE` for what is no session, `USAGE` for options that cannot be, `DISK_FULL`, `PERMISSIONS_TOO_OPEN` or `INTERNAL` where it cannot be written.
 * What was opened never throws.
 */
export function openJsonlSink(options: JsonlSinkOptions): JsonlSink {
  checkOptions(options);
  const path = pathOf(options);
  const lock = lockedSession(path);
  try {
    if (options.start === 'fresh') removeSessionFiles(path);
    return openLocked(path, options, lock);
  } catch (error) {
    lock.release();
    throw asWriteError(path, error);
  }
}

function openLocked(path: string, options: JsonlSinkOptions, lock: OsLock): JsonlSink {
  const {durability = 'none', syncIntervalMs = 1000, redactor, now, warn = warnOfRecording} = options;
  const journal = openJournal({
    path,
    maxSegmentBytes: options.maxBytes ?? DEFAULT_SEGMENT_BYTES,
    tornPath: tornPath(path),
    indexBy: 'index',
    syncOnRotate: durability !== 'none',
  });
  try {
    return new JsonlSink({
      path,
      journal,
      firstIndex: nextIndex(path, journal.lastLine),
      durability,
      syncIntervalMs,
      redactor,
      now: now === undefined ? systemClock.now : steady(now),
      warn,
      release: () => {
        try {
          journal.close();
        } finally {
          lock.release();
        }
      },
    });
  } catch (error) {
    journal.close();
    throw error;
  }
}

function pathOf(place: JsonlPlace): string {
  return 'path' in place ? place.path : join(place.directory, sessionFileName(place.sessionId));
}

function lockedSession(path: string): OsLock {
  const lock = tryLock(path);
  if (lock !== undefined) return lock;
  throw new StintError('BUSY', `Cannot record into ${path}: somebody else is recording into it.`, {
    hint: 'One sink writes a session. Close the other one, or record into another file.',
  });
}

function tryLock(path: string): OsLock | undefined {
  try {
    checkFile(path);
    makeDirectories(dirname(path), PRIVATE_DIRECTORY);
    return lockSession(path);
  } catch (error) {
    // The database names no file: that of another user is the usual reason.
    const isUnnamed = storeFault(error) !== undefined;
    throw asWriteError(path, isUnnamed ? new Error(`${reasonOf(error)}, ${path}.lock`) : error);
  }
}

/** Before anything is made beside it: what cannot be recorded into leaves no lock behind, and what is not ours stays as it is. */
function checkFile(path: string): void {
  const stats = lstatSync(path, {throwIfNoEntry: false});
  if (stats !== undefined && !stats.isFile()) throw new Error('it is no regular file');
  refuseForeignSession(path);
  if (stats !== undefined) checkPrivate(path);
}

function asWriteError(path: string, error: unknown): StintError {
  return error instanceof StintError ? error : new JournalWriteError(path, 0, error);
}

/** A clock that is not ours: the system's stands in for it where it fails. */
function steady(now: () => number): () => number {
  return () => {
    try {
      const ms = Math.trunc(now());
      return Number.isSafeInteger(ms) ? ms : systemClock.now();
    } catch {
      return systemClock.now(); // an event without a time could not be recorded at all
    }
  };
}
