/**
 * Opening the file of a session. In this order: the directory is made, the lock is taken, a torn tail is kept in a side
 * file and cut, the last event is looked at, and writing goes on behind it. The lock dies with its holder, so whoever
 * opens the session after a crash finds it free, and repairs what the crash left.
 */
import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {StintError} from '../../base/index.ts';
import {
  DEFAULT_SEGMENT_BYTES,
  JournalWriteError,
  type JournalWriter,
  listSegments,
  numberOf,
  openJournal,
  readLines,
  segmentPath,
} from '../../journal/index.ts';
import {emitWarning, makeDirectories, PRIVATE_DIRECTORY, systemClock} from '../../platform/index.ts';
import {acquireOsLock, type OsLock} from '../../store/index.ts';
import type {Redactor} from '../redact.ts';
import {sessionFileName} from '../session-file-name.ts';
import type {Durability} from './journal-sync.ts';
import {JsonlSink} from './jsonl-sink.ts';

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
  const path = 'path' in options ? options.path : join(options.directory, sessionFileName(options.sessionId));
  const {durability = 'none', syncIntervalMs = 1000} = options;
  checkOptions(options);
  const lock = lockSession(path);
  try {
    if (options.start === 'fresh') removeSession(path);
    const journal = openJournal({
      path,
      maxSegmentBytes: options.maxBytes ?? DEFAULT_SEGMENT_BYTES,
      tornPath: `${path}.torn`,
      indexBy: 'index',
      syncOnRotate: durability !== 'none',
    });
    return new JsonlSink({
      path,
      journal,
      firstIndex: nextIndex(path, journal),
      durability,
      syncIntervalMs,
      redactor: options.redactor,
      now: options.now ?? systemClock.now,
      warn: options.warn ?? warnOfProcess,
      release: () => {
        journal.close();
        lock.release();
      },
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function checkOptions({
  durability = 'none',
  syncIntervalMs = 1000,
  start = 'continue',
}: JsonlSinkOptions): void {
  const refuse = (what: string, given: unknown, wanted: string): never => {
    throw new StintError('USAGE', `Cannot record a session: ${what} is ${String(given)}, not ${wanted}.`);
  };
  if (!['none', 'interval', 'each'].includes(durability))
    refuse('durability', durability, 'none, interval or each');
  if (!(syncIntervalMs >= 1)) refuse('syncIntervalMs', syncIntervalMs, 'a time of 1 ms or more');
  if (!['continue', 'fresh'].includes(start)) refuse('start', start, 'continue or fresh');
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
    makeDirectories(dirname(path), PRIVATE_DIRECTORY);
    return acquireOsLock(`${path}.lock`, 0);
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(path, 0, error);
  }
}

/** The newest first: what a kill leaves of it is the beginning of the session, without holes. */
function removeSession(path: string): void {
  for (const segment of listSegments(path).toReversed()) {
    const file = segmentPath(path, segment);
    rmSync(`${file}.idx`, {force: true});
    rmSync(file);
  }
}

/** Behind the last line that has a number; what stands behind that is damaged, and stays. */
function nextIndex(path: string, {lastLine}: JournalWriter): number {
  if (lastLine === undefined) return 0;
  let last = numberOf(lastLine, 'index');
  if (last !== undefined) return last + 1;
  for (const lines of readLines(path)) for (const line of lines) last = numberOf(line, 'index') ?? last;
  return last === undefined ? 0 : last + 1;
}

function warnOfProcess(message: string): void {
  emitWarning(message, 'StintRecordingWarning');
}
