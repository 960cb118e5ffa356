/**
 * The one writer of a journal. It trusts that it is the only one: whoever opens it holds a lock. Where several processes
 * write in turns, each holds the lock for its turn and begins it with `takeUp`, or by opening anew.
 *
 * A batch of whole lines goes out in one write(2). A process killed in the middle of it leaves a torn tail, which
 * readers do not consume and the next opening cuts. A write that fails is cut back behind its last complete line,
 * because a reader may have seen that line already; where batches of several lines go in whole or not at all, behind its
 * last whole batch, which readers know how to tell. Rotation makes the next segment, then touches the full one so
 * that those who follow it look further, and only then writes: no segment grows once its successor exists. Entries of
 * the index, where one is kept, come behind the lines they point to, and nothing depends on them.
 */
import {closeSync, constants, fchmodSync, fstatSync} from 'node:fs';
import {dirname} from 'node:path';

import {type Clock, lineStart, NEWLINE, StintError} from '../../base/index.ts';
import {lastLineIn, openPrivate, PRIVATE_FILE, systemClock} from '../../platform/index.ts';
import {type BatchMark, type IndexWriter, openIndexWriter} from '../index-file/index-writer.ts';
import type {Position} from '../index-file/locate.ts';
import {readLastLines} from '../reading/read.ts';
import type {NumberKey} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {cutTornTail, type TornKeeping} from './repair.ts';
import {DEFAULT_SEGMENT_BYTES, segmentForNextWrite} from './rotation.ts';
import {NODE_CALLS, type WriteCalls} from './write-calls.ts';
import {JournalWriteError} from './write-error.ts';

const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;

export interface JournalOptions {
  /** Path of the first segment, for example `…/output.jsonl`. Its directory must exist. */
  readonly path: string;
  /** Size in bytes from which a segment is full, of all or of each by its number. Default 100 MiB. */
  readonly maxSegmentBytes?: number | ((segment: number) => number);
  /**
   * A side file (0600) in which torn tails are kept before they are cut, each as a line
   * `{"file":…,"offset":…,"found_at_ms":…,"text":…}`, or with `base64` where it is no UTF-8 or that is shorter, or with
   * `nuls`, their number, for NULs. Without it they are dropped.
   */
  readonly tornPath?: string;
  /** Key of the records' numbers; given, a sparse index (`<segment>.idx`) is kept, by which readers find a time. */
  readonly indexBy?: NumberKey;
  /** Bring a full segment, and the directory with a new one, to the disk before going on in it. Default false. */
  readonly syncOnRotate?: boolean;
  /**
   * Batches of several lines go in whole or not at all: given the last line, it tells how many lines of its batch stand
   * there, itself included, when it is not the last one of it; 0 when it is. Readers must not take such lines for records.
   */
  readonly unfinishedLines?: (lastLine: string) => number;
  /**
   * Leave all segments before the last one as they are, of which power loss may have torn some, for readers that pass over
   * that: opening costs the same however many there are. Default false.
   */
  readonly repairsOnlyLast?: boolean;
  /** Tells when a torn tail was found. Default: the system's clock. */
  readonly clock?: Clock;
}

export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

export interface JournalWriter {
  /** The last complete line at the time of opening, or of `takeUp`, without its newline; undefined in an empty journal. */
  readonly lastLine: string | undefined;
  /** Bytes in all segments; with `repairsOnlyLast` in the last two, and in those that came since. */
  readonly size: number;
  /** Path of the segment that was written to last. */
  readonly file: string;
  /** Device and inode of that segment: somebody may have put another file at its path. Only until it is closed. */
  readonly identity: FileIdentity;
  /** Behind the last complete line that this writer knows of. */
  readonly end: Position;
  /**
   * Goes on where somebody else who had the lock left off in the same segment, a torn tail is cut. Not for a journal with
   * an index, whose entries must know of every line. Throws `JournalWriteError` when that fails.
   */
  takeUp(): void;
  /**
   * Appends the first `length` bytes (default: all): one or more lines, the last with its newline.
   * `mark` saves a writer with `indexBy` from looking through them. Throws `JournalWriteError` when they did not all get in.
   */
  append(bytes: Uint8Array, length?: number, mark?: BatchMark): void;
  /** Returns when all in the current segment is on the disk (fdatasync). Throws `JournalWriteError` when that fails. */
  sync(): void;
  /** Closes the file. Closing twice is allowed, appending afterwards is not. */
  close(): void;
}

/**
 * Opens a journal for appending: cuts torn tails, goes on in the last segment and creates the first one (0600) if
 * there is none. Throws `JournalWriteError` when that fails, also when a torn tail cannot be kept, and a `StintError`
 * with code `PERMISSIONS_TOO_OPEN` when others may use a segment.
 */
export function openJournal(options: JournalOptions, calls: WriteCalls = NODE_CALLS): JournalWriter {
  const {path, maxSegmentBytes = DEFAULT_SEGMENT_BYTES, indexBy, syncOnRotate = false} = options;
  const mostBytes = typeof maxSegmentBytes === 'number' ? () => maxSegmentBytes : maxSegmentBytes;
  if (!(mostBytes(0) >= 1)) {
    throw new StintError(
      'USAGE',
      `Cannot open ${path}: maxSegmentBytes is ${mostBytes(0)}, not a size of 1 byte or more.`,
    );
  }
  const repair = repairOf(options);
  try {
    const segments = listSegments(path);
    const isNew = segments.length === 0;
    const segment = segments.pop() ?? 0;
    let earlierBytes = 0;
    for (const earlier of options.repairsOnlyLast === true ? segments.slice(-1) : segments)
      earlierBytes += repairEarlier(segmentPath(path, earlier), earlier === segments.at(-1), repair);
    const file = openRepaired(segmentPath(path, segment), repair);
    try {
      if (isNew && syncOnRotate) calls.syncDirectory(dirname(path));
      const lastLine = earlierBytes + file.bytes > 0 ? readLastLines(path, 1)[0] : undefined;
      const index = indexBy === undefined ? undefined : openIndexWriter(path, indexBy);
      const settings = {path, mostBytes, syncOnRotate, calls, index, repair};
      return new Writer({...settings, lastLine, earlierBytes, segment, ...file});
    } catch (error) {
      closeSync(file.fd);
      throw error;
    }
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(path, 0, error);
  }
}

interface Repair {
  readonly keep: TornKeeping | undefined;
  readonly unfinishedLines: JournalOptions['unfinishedLines'];
}

function repairOf({tornPath, clock = systemClock, unfinishedLines}: JournalOptions): Repair {
  return {keep: tornPath === undefined ? undefined : {path: tornPath, clock}, unfinishedLines};
}

/** Only power loss tears a segment that has a successor. The last of them is touched, for a rotation that died before it did. */
function repairEarlier(path: string, isLast: boolean, repair: Repair): number {
  const {fd, bytes} = openRepaired(path, repair);
  try {
    if (isLast) touch(fd);
    return bytes;
  } finally {
    closeSync(fd);
  }
}

function openRepaired(path: string, repair: Repair): {fd: number; bytes: number} {
  const fd = openPrivate(path, APPEND);
  try {
    return {fd, bytes: repaired(fd, path, repair)};
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The bytes that are left. */
function repaired(fd: number, path: string, {keep, unfinishedLines}: Repair): number {
  const {size} = fstatSync(fd);
  return size === 0 ? 0 : cutTornTail(fd, size, path, keep, unfinishedLines);
}

/** Changes nothing about the file, but those who watch it are told. */
function touch(fd: number): void {
  fchmodSync(fd, PRIVATE_FILE);
}

interface WriterState {
  readonly path: string;
  readonly mostBytes: (segment: number) => number;
  readonly syncOnRotate: boolean;
  readonly calls: WriteCalls;
  readonly index: IndexWriter | undefined;
  readonly repair: Repair;
  readonly lastLine: string | undefined;
  readonly earlierBytes: number;
  readonly segment: number;
  readonly fd: number;
  readonly bytes: number;
}

class Writer implements JournalWriter {
  #lastLine: string | undefined;
  readonly #path: string;
  readonly #mostBytes: (segment: number) => number;
  readonly #syncOnRotate: boolean;
  readonly #calls: WriteCalls;
  readonly #index: IndexWriter | undefined;
  readonly #repair: Repair;
  #fd: number | undefined;
  #segment: number;
  /** Of the segments before the current one. */
  #earlierBytes: number;
  /** Of complete lines in the current segment: where a torn tail would begin. */
  #bytes: number;
  #torn = false;

  constructor(state: WriterState) {
    this.#lastLine = state.lastLine;
    this.#path = state.path;
    this.#mostBytes = state.mostBytes;
    this.#syncOnRotate = state.syncOnRotate;
    this.#calls = state.calls;
    this.#index = state.index;
    this.#repair = state.repair;
    this.#fd = state.fd;
    this.#segment = state.segment;
    this.#earlierBytes = state.earlierBytes;
    this.#bytes = state.bytes;
  }

  get lastLine(): string | undefined {
    return this.#lastLine;
  }

  get size(): number {
    return this.#earlierBytes + this.#bytes;
  }

  get file(): string {
    return segmentPath(this.#path, this.#segment);
  }

  get identity(): FileIdentity {
    if (this.#fd === undefined) throw new StintError('INTERNAL', `${this.#path} has been closed.`);
    const {dev, ino} = fstatSync(this.#fd);
    return {dev, ino};
  }

  get end(): Position {
    return {segment: this.#segment, offset: this.#bytes};
  }

  takeUp(): void {
    if (this.#fd === undefined || this.#index !== undefined) {
      throw new StintError(
        'INTERNAL',
        `Could not take up ${this.#path}: it has been closed, or has an index.`,
      );
    }
    try {
      this.#bytes = repaired(this.#fd, this.file, this.#repair);
      this.#torn = false;
      this.#lastLine = lastLineIn(this.#fd, this.#bytes)?.text ?? readLastLines(this.#path, 1)[0];
    } catch (error) {
      throw error instanceof StintError ? error : new JournalWriteError(this.#path, 0, error);
    }
  }

  append(bytes: Uint8Array, length = bytes.length, mark?: BatchMark): void {
    if (length === 0) return;
    if (bytes[length - 1] !== NEWLINE) {
      throw new StintError(
        'INTERNAL',
        `Could not append to ${this.#path}: the batch does not end with a newline.`,
      );
    }
    const fd = this.#ready();
    let written = 0;
    try {
      // A short write means trouble: asking again for the rest is what names it.
      while (written < length) written += this.#write(fd, bytes, written, length - written);
    } catch (error) {
      throw this.#cutBack(fd, bytes, written, error, mark);
    }
    this.#took(fd, bytes, length, mark);
  }

  sync(): void {
    if (this.#fd === undefined) {
      throw new StintError('INTERNAL', `Could not sync ${this.#path}: it has been closed.`);
    }
    try {
      this.#calls.sync(this.#fd);
    } catch (error) {
      throw new JournalWriteError(this.#path, 0, error);
    }
  }

  close(): void {
    if (this.#fd === undefined) return;
    this.#index?.close();
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #took(fd: number, bytes: Uint8Array, length: number, mark: BatchMark | undefined): void {
    const offset = this.#bytes;
    this.#bytes += length;
    this.#index?.wrote(fd, offset, bytes, length, mark);
  }

  /** The file to write to, whole and not full. */
  #ready(): number {
    if (this.#fd === undefined) {
      throw new StintError('INTERNAL', `Could not append to ${this.#path}: it has been closed.`);
    }
    try {
      if (this.#torn) this.#calls.truncate(this.#fd, this.#bytes);
      this.#torn = false;
      this.#fd = this.#rotate(this.#fd);
      return this.#fd;
    } catch (error) {
      throw error instanceof StintError ? error : new JournalWriteError(this.#path, 0, error);
    }
  }

  #rotate(fd: number): number {
    const full = this.#mostBytes(this.#segment);
    const next = segmentForNextWrite({segment: this.#segment, bytes: this.#bytes}, full);
    if (next === this.#segment) return fd;
    if (this.#syncOnRotate) this.#calls.sync(fd);
    const nextFd = openPrivate(segmentPath(this.#path, next), APPEND);
    try {
      if (this.#syncOnRotate) this.#calls.syncDirectory(dirname(this.#path));
      touch(fd);
    } catch (error) {
      closeSync(nextFd);
      throw error;
    }
    closeSync(fd);
    this.#earlierBytes += this.#bytes;
    this.#bytes = 0;
    this.#segment = next;
    this.#index?.rotated(this.file);
    return nextFd;
  }

  #write(fd: number, bytes: Uint8Array, offset: number, length: number): number {
    const written = this.#calls.write(fd, bytes, offset, length);
    if (written === 0) throw new Error('the file took no bytes');
    return written;
  }

  #cutBack(
    fd: number,
    bytes: Uint8Array,
    written: number,
    cause: unknown,
    mark: BatchMark | undefined,
  ): JournalWriteError {
    const accepted = written === 0 ? 0 : wholeBytes(bytes, written, this.#repair.unfinishedLines);
    if (accepted > 0) this.#took(fd, bytes, accepted, mark);
    try {
      this.#calls.truncate(fd, this.#bytes);
    } catch {
      // The next append cuts first, and says so if it still cannot.
      this.#torn = true;
    }
    return new JournalWriteError(this.#path, accepted, cause);
  }
}

/** How many of the first `written` bytes of a batch may stay. */
function wholeBytes(
  bytes: Uint8Array,
  written: number,
  unfinishedLines: JournalOptions['unfinishedLines'],
): number {
  let end = lineStart(bytes, written);
  if (end === 0 || unfinishedLines === undefined) return end;
  const from = lineStart(bytes, end - 1);
  const unfinished = unfinishedLines(
    Buffer.from(bytes.buffer, bytes.byteOffset + from, end - 1 - from).toString(),
  );
  for (let line = 0; line < unfinished && end > 0; line += 1) end = lineStart(bytes, end - 1);
  return end;
}
