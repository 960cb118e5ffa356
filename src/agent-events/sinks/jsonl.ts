/**
 * Opening the file of a session. In this order: the directory is made, the lock is taken, a torn tail is kept in a side
 * file and cut, the last event is looked at, and writing goes on behind it. The lock dies with its holder, so whoever
 * opens the session after a crash finds it free, and repairs what the crash left.
 */
import {lstatSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, reasonOf, StintError} from '../../base/index.ts';
import {
  DEFAULT_SEGMENT_BYTES,
  JournalWriteError,
  type JournalWriter,
  listSegments,
  numberOf,
  openJournal,
  readLines,
  readRecords,
  segmentPath,
} from '../../journal/index.ts';
import {
  checkPrivate,
  emitWarning,
  makeDirectories,
  PRIVATE_DIRECTORY,
  systemClock,
} from '../../platform/index.ts';
import {acquireOsLock, type OsLock} from '../../store/index.ts';
import {parsePersistedEvent} from '../envelope.ts';
import type {Redactor} from '../redact.ts';
import {sessionFileName} from '../session-file-name.ts';
import type {Durability} from './journal-sync.ts';
import {JsonlSink} from './jsonl-sink.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type JsonlSinkOptions = JsonlPlace & {
  /** Size in bytes from which the session goes on in a new file, `<stem>-000001.jsonl` and so on. Default 100 MiB. */
  readonly maxBytes?: number;
  /** Default `none`: what was written outlives this process, but perhaps not a power cut. */
  readonly durability?: Durability;
  /** How often `interval` asks the disk, in milliseconds. Default 1000. */
  readonly syncIntervalMs?: number;
  /** `fresh` removes what was recorded in this place before. Default `continue`. */
  readonly start?: 'continue' | 'fresh';
  /** Takes secrets out of what is recorded; whoever else receives the event is given it whole. */
  readonly redactor?: Redactor;
  /** Hears once when recording stops to work and once when it works again. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds. Default: the clock of the system. */
  readonly now?: () => number;
};

/** The first file, or the directory for it and the session, whose id may be any text. */
export type JsonlPlace = {readonly path: string} | {readonly directory: string; readonly sessionId: string};

/**
 * Opens a session for recording and goes on where it ended. Throws a `StintError`: `BUSY` when somebody else records it,
 * `USAGE` for options that cannot be, `DISK_FULL`, `PERMISSIONS_TOO_OPEN` or `INTERNAL` where it cannot be written.
 * What was opened never throws.
 */
export function openJsonlSink(options: JsonlSinkOptions): JsonlSink {
  checkOptions(options);
  const path = pathOf(options);
  const lock = lockSession(path);
  try {
    if (options.start === 'fresh') removeSession(path);
    return openLocked(path, options, lock);
  } catch (error) {
    lock.release();
    throw asWriteError(path, error);
  }
}

function openLocked(path: string, options: JsonlSinkOptions, lock: OsLock): JsonlSink {
  const {durability = 'none', syncIntervalMs = 1000, redactor, now, warn = warnOfProcess} = options;
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
      firstIndex: nextIndex(path, journal),
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

function checkOptions(options: JsonlSinkOptions): void {
  const {durability = 'none', syncIntervalMs = 1000, start = 'continue', maxBytes = 1} = options;
  const refuse = (what: string, given: unknown, wanted: string): never => {
    throw new StintError('USAGE', `Cannot record a session: ${what} is ${String(given)}, not ${wanted}.`);
  };
  if (!['none', 'interval', 'each'].includes(durability))
    refuse('durability', durability, 'none, interval or each');
  if (!(syncIntervalMs >= 1 && syncIntervalMs <= LONGEST_TIMER_MS))
    refuse('syncIntervalMs', syncIntervalMs, `a time of 1 to ${LONGEST_TIMER_MS} ms`);
  if (!['continue', 'fresh'].includes(start)) refuse('start', start, 'continue or fresh');
  if (!(maxBytes >= 1)) refuse('maxBytes', maxBytes, 'a size of 1 byte or more');
  const place: Readonly<Record<string, unknown>> = {...options};
  for (const key of 'path' in options ? ['path'] : ['directory', 'sessionId']) {
    if (typeof place[key] !== 'string') refuse(key, place[key], 'a text');
    if (place[key] === '' && key !== 'sessionId') refuse(key, 'empty', 'a path');
  }
}

function pathOf(place: JsonlPlace): string {
  return 'path' in place ? place.path : join(place.directory, sessionFileName(place.sessionId));
}

function tornPath(path: string): string {
  return `${path}.torn`;
}

function lockSession(path: string): OsLock {
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
    return acquireOsLock(`${path}.lock`, 0);
  } catch (error) {
    // The database names no file: that of another user is the usual reason.
    const isUnnamed = codeOf(error)?.startsWith('SQLITE_') === true;
    throw asWriteError(path, isUnnamed ? new Error(`${reasonOf(error)}, ${path}.lock`) : error);
  }
}

/** Before anything is made beside it: what cannot be recorded into leaves no lock behind. */
function checkFile(path: string): void {
  const stats = lstatSync(path, {throwIfNoEntry: false});
  if (stats === undefined) return;
  if (!stats.isFile()) throw new Error('it is no regular file');
  checkPrivate(path);
}

function asWriteError(path: string, error: unknown): StintError {
  return error instanceof StintError ? error : new JournalWriteError(path, 0, error);
}

/** The newest first: what a kill leaves of it is the beginning of the session, without holes. */
function removeSession(path: string): void {
  for (const segment of listSegments(path).toReversed()) {
    const file = segmentPath(path, segment);
    rmSync(`${file}.idx`, {force: true});
    rmSync(file);
  }
  rmSync(tornPath(path), {force: true});
}

/**
 * Behind the last number that there is. Where the end is damaged it is looked for everywhere a reader finds one: at the
 * head of a line that is broken further on, and in a record that is not alone on its line.
 */
function nextIndex(path: string, {lastLine}: JournalWriter): number {
  if (lastLine === undefined) return 0;
  const last = parsePersistedEvent(lastLine);
  if (last !== undefined) return last.index + 1;
  let next = 0;
  const met = (index: unknown) => {
    if (typeof index === 'number' && Number.isSafeInteger(index) && index >= next) next = index + 1;
  };
  for (const lines of readLines(path)) for (const line of lines) met(numberOf(line, 'index'));
  for (const {values} of readRecords(path)) for (const {index} of values) met(index);
  return next;
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

function warnOfProcess(message: string): void {
  emitWarning(message, 'StintRecordingWarning');
}
