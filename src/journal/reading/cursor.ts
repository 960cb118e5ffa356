/**
 * A place in a journal that moves over complete lines, across segments, and can be asked again when more was written.
 *
 * Bytes behind the last newline are never kept between two reads: the writer may have cut them off and written others
 * in their place. A segment counts as read to its end only if that was seen after its successor was seen.
 */
import {closeSync, constants, fstatSync, lstatSync, readSync, statSync} from 'node:fs';

import {hasCode, StintError} from '../../base/index.ts';
import {openPrivate} from '../../platform/index.ts';
import {laterOf, locateLast, locateNumber, locateTime, type Position} from '../index-file/locate.ts';
import {type NumberKey, numberOf, TIME_HEAD_BYTES, timeOf} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {lastNewline} from './scan-back.ts';

/** Where to begin; without any of these, at the oldest record. Several together mean the first record, of those that `last` leaves, that is before none of them. */
export interface StartOptions {
  /** Number of the first record wanted; lines before it, and lines without a number before it, are passed over. */
  readonly from?: number;
  /**
   * Begin with the first record whose `emitted_at_ms` is this (Unix ms) or later, also where the clock went back.
   * It must stand right behind the number. A journal with an index is not read from its start for this.
   */
  readonly fromTime?: number;
  /** Which key holds the number. Default `seq`. */
  readonly numberKey?: NumberKey;
  /** Begin here, where a line begins; where the segment is gone, at the next one that is there. Not together with the others. */
  readonly at?: Position;
  /** Begin this many lines before the end; 0 begins behind the last line that is there now. */
  readonly last?: number;
}

/** Bytes of a segment, `toByte` not included. */
export interface Span {
  readonly segment: number;
  readonly fromByte: number;
  readonly toByte: number;
}

/** What those who read more closely ask of a cursor. */
export interface CursorOptions {
  /** Is shown complete lines that are not wanted because they are before the first wanted one; not all of these are read. */
  readonly onPassedOver?: (lines: Buffer) => void;
  /** Begin at a place that is not too late, and leave it to the caller to pass over what is before the first wanted record. */
  readonly isUnfiltered?: boolean;
  /** A longer line is passed over and told of. By default one of more than 512 MiB is an error. */
  readonly longLines?: {readonly maxBytes: number; onTooLong(span: Span): void};
  /** Is told of bytes behind the last newline of a segment that has a successor. */
  readonly onTornTail?: (span: Span) => void;
}

const BUFFER_BYTES = 64 * 1024;
/** A buffer that grew beyond this is given up behind the line that needed it. */
const LARGEST_KEPT_BUFFER_BYTES = 1024 * 1024;
const LONGEST_LINE_BYTES = 512 * 1024 * 1024;
const NEWLINE = 10;

export class Cursor {
  readonly #path: string;
  readonly #options: CursorOptions;
  /** Undefined once the first wanted record was met. */
  #isWanted: ((head: string) => boolean) | undefined;
  /** The segment that is open, or the last one that was. */
  #segment = -1;
  #fd: number | undefined;
  #offset = 0;
  #chunkOffset = 0;
  /** Where the segment ended at the last read. */
  #end = 0;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

  constructor(path: string, start: StartOptions, options: CursorOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#isWanted = options.isUnfiltered ? undefined : wantedHead(start);
    const position = locate(path, start);
    if (position === undefined) return;
    this.#open(position.segment);
    if (this.#fd !== undefined) this.#offset = position.offset;
  }

  /** Complete lines with their newlines, valid until the next call; undefined when there is no further one at present. */
  next(): Buffer | undefined {
    for (;;) {
      const chunk = this.#nextChunk();
      if (chunk === undefined || this.#isWanted === undefined) return chunk;
      const wanted = linesFrom(chunk, this.#isWanted);
      if (wanted === undefined) {
        this.#options.onPassedOver?.(chunk);
        continue;
      }
      this.#isWanted = undefined;
      return wanted;
    }
  }

  /** The place of the bytes that `next` gave last. */
  get chunkSpan(): Span {
    return {segment: this.#segment, fromByte: this.#chunkOffset, toByte: this.#offset};
  }

  /** Bytes behind the last newline, as they were when `next` found nothing further. */
  get tornTail(): Span | undefined {
    return this.#fd === undefined || this.#offset >= this.#end
      ? undefined
      : {segment: this.#segment, fromByte: this.#offset, toByte: this.#end};
  }

  /** The file that will change when there is more, or undefined while the journal does not exist. */
  get file(): string | undefined {
    return this.#fd === undefined ? undefined : segmentPath(this.#path, this.#segment);
  }

  /** True when the file was deleted, so that nothing can follow. */
  get removed(): boolean {
    return this.#fd !== undefined && fstatSync(this.#fd).nlink === 0;
  }

  /** True when what lies at its path is not the file that is read, or that file was cut before this place. */
  get isAstray(): boolean {
    if (this.#fd === undefined) return false;
    const {dev, ino, size} = fstatSync(this.#fd);
    const there = lstatSync(segmentPath(this.#path, this.#segment), {throwIfNoEntry: false});
    return size < this.#offset || there?.ino !== ino || there.dev !== dev;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #nextChunk(): Buffer | undefined {
    for (;;) {
      const chunk = this.#read();
      if (chunk !== undefined) return chunk;
      const successor = this.#successor();
      if (successor === undefined) {
        this.#shrink();
        return undefined;
      }
      const late = this.#read();
      if (late !== undefined) return late;
      if (this.tornTail !== undefined) this.#options.onTornTail?.(this.tornTail);
      this.#open(successor);
    }
  }

  #read(): Buffer | undefined {
    if (this.#fd === undefined) return undefined;
    if (this.#buffer.length > LARGEST_KEPT_BUFFER_BYTES) this.#shrink();
    for (;;) {
      const bytes = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, this.#offset);
      const length = this.#wholeLines(bytes);
      if (length > 0) {
        this.#chunkOffset = this.#offset;
        this.#offset += length;
        return this.#buffer.subarray(0, length);
      }
      this.#end = this.#offset + bytes;
      if (bytes < this.#buffer.length || !(this.#grow() || this.#passOverLine(this.#fd))) return undefined;
    }
  }

  /** How many of the bytes that were read make up lines; of a buffer that is not kept only the long line itself. */
  #wholeLines(bytes: number): number {
    if (this.#buffer.length <= LARGEST_KEPT_BUFFER_BYTES) return lastNewline(this.#buffer, bytes) + 1;
    return this.#buffer.subarray(0, bytes).indexOf(NEWLINE) + 1;
  }

  #successor(): number | undefined {
    const next = this.#segment + 1;
    // The usual case without listing the directory; retention removes only the oldest, so a gap means that ours is gone too.
    if (this.#fd !== undefined && exists(segmentPath(this.#path, next))) return next;
    if (this.#fd !== undefined && !this.removed) return undefined;
    return listSegments(this.#path).find(segment => segment >= next);
  }

  #open(segment: number): void {
    this.close();
    this.#segment = segment;
    this.#offset = 0;
    this.#end = 0;
    try {
      this.#fd = openPrivate(segmentPath(this.#path, segment), constants.O_RDONLY);
    } catch (error) {
      // Retention was faster; the next oldest is found from here.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  /** The line is longer than the buffer and is read again as a whole. False when it is longer than is allowed. */
  #grow(): boolean {
    const limit = this.#options.longLines?.maxBytes ?? LONGEST_LINE_BYTES;
    const bytes = Math.min(this.#buffer.length * 4, Math.max(limit, BUFFER_BYTES) + 1);
    if (bytes <= this.#buffer.length) return false;
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
    return true;
  }

  /** Looks for the end of a line that is too long, in bounded memory. False when it has none yet. */
  #passOverLine(fd: number): boolean {
    const {longLines} = this.#options;
    if (longLines === undefined) {
      throw new StintError(
        'NOT_A_STINT_FILE',
        `Could not read ${this.file}: a line at byte ${this.#offset} is too long to be a record.`,
      );
    }
    this.#shrink();
    for (let at = this.#offset; ; at += this.#buffer.length) {
      const bytes = readSync(fd, this.#buffer, 0, this.#buffer.length, at);
      const newline = this.#buffer.subarray(0, bytes).indexOf(NEWLINE);
      this.#end = at + bytes;
      if (newline >= 0) {
        const end = at + newline;
        longLines.onTooLong({segment: this.#segment, fromByte: this.#offset, toByte: end});
        this.#offset = end + 1;
        return true;
      }
      if (bytes < this.#buffer.length) return false;
    }
  }

  #shrink(): void {
    if (this.#buffer.length > BUFFER_BYTES) this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }
}

function locate(
  path: string,
  {at, from, fromTime, last, numberKey = 'seq'}: StartOptions,
): Position | undefined {
  if (at !== undefined) return at;
  if (last !== undefined) return locateLast(path, last);
  return laterOf(
    from === undefined ? undefined : locateNumber(path, from, numberKey),
    fromTime === undefined ? undefined : locateTime(path, fromTime, numberKey),
  );
}

/** Knows the first wanted record by the head of its line; undefined when the first one that there is is wanted. */
export function wantedHead({
  from,
  fromTime,
  numberKey = 'seq',
}: StartOptions): ((head: string) => boolean) | undefined {
  if (from === undefined && fromTime === undefined) return undefined;
  const lowest = from ?? Number.NEGATIVE_INFINITY;
  return head => {
    const number = numberOf(head, numberKey);
    if (number === undefined || number < lowest) return false;
    if (fromTime === undefined) return true;
    const time = timeOf(head, numberKey);
    return time !== undefined && time >= fromTime;
  };
}

function exists(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false}) !== undefined;
}

/** The lines of a chunk from the first that is wanted; undefined when there is none. */
function linesFrom(chunk: Buffer, isWanted: (head: string) => boolean): Buffer | undefined {
  let at = 0;
  while (at < chunk.length) {
    if (isWanted(chunk.toString('latin1', at, at + TIME_HEAD_BYTES))) return chunk.subarray(at);
    at = chunk.indexOf(NEWLINE, at) + 1;
  }
  return undefined;
}
