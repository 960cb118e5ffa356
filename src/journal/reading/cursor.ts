/**
 * A place in a journal that moves over complete lines, across segments, and can be asked again when more was written.
 *
 * Bytes behind the last newline are never kept between two reads: the writer may have cut them off and written others
 * in their place. A segment counts as read to its end only if that was seen after its successor was seen.
 *
 * Where the middle of a journal was cut out, the last line before the gap says where it goes on. Who reads a segment that was cut
 * out meanwhile reads it to its end, then what stands in the place of all that was cut, from the numbers on that it did not have.
 */
import {closeSync, constants, fstatSync, lstatSync, statSync} from 'node:fs';

import {hasCode, lineEnd, StintError} from '../../base/index.ts';
import {LineReader, lastLineIn, openPrivate} from '../../platform/index.ts';
import {cutMarkOf, segmentBehindCut} from '../cut-mark.ts';
import {laterOf, locateLast, locateNumber, locateTime, type Position} from '../index-file/locate.ts';
import {type NumberKey, numberOf, TIME_HEAD_BYTES, timeOf} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';

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

const LONGEST_LINE_BYTES = 512 * 1024 * 1024;

export class Cursor {
  readonly #path: string;
  readonly #options: CursorOptions;
  /** Undefined once the first wanted record was met. */
  #isWanted: ((head: string) => boolean) | undefined;
  /** The segment that is open, or the last one that was. */
  #segment = -1;
  #fd: number | undefined;
  readonly #lines: LineReader;
  #chunkOffset = 0;
  /** Where the journal goes on behind the last lines that were read, where they say so. */
  #goesOnIn: number | undefined;
  readonly #numberKey: NumberKey;

  constructor(path: string, start: StartOptions, options: CursorOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#numberKey = start.numberKey ?? 'seq';
    this.#isWanted = options.isUnfiltered ? undefined : wantedHead(start);
    this.#lines = new LineReader({
      maxLineBytes: options.longLines?.maxBytes ?? LONGEST_LINE_BYTES,
      onTooLong: (fromByte, toByte) => this.#tooLong(fromByte, toByte),
    });
    const position = locate(path, start);
    if (position === undefined) return;
    this.#open(position.segment);
    if (this.#fd !== undefined) this.#lines.seek(position.offset);
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

  /** Goes on behind segments that are missing, where later ones are there; tells whether it does. Not for who follows: theirs may be made anew. */
  passOverMissing(): boolean {
    if (this.#fd === undefined) return false;
    const later = listSegments(this.#path).find(segment => segment > this.#segment);
    if (later !== undefined) this.#open(later);
    return later !== undefined;
  }

  /** The place of the bytes that `next` gave last. */
  get chunkSpan(): Span {
    return {segment: this.#segment, fromByte: this.#chunkOffset, toByte: this.#lines.offset};
  }

  /** Bytes behind the last newline, as they were when `next` found nothing further. */
  get tornTail(): Span | undefined {
    const {offset, end} = this.#lines;
    return this.#fd === undefined || offset >= end
      ? undefined
      : {segment: this.#segment, fromByte: offset, toByte: end};
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
    return size < this.#lines.offset || there?.ino !== ino || there.dev !== dev;
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
      if (successor === undefined) return undefined;
      const late = this.#read();
      if (late !== undefined) return late;
      if (this.tornTail !== undefined) this.#options.onTornTail?.(this.tornTail);
      this.#open(successor);
    }
  }

  #read(): Buffer | undefined {
    if (this.#fd === undefined) return undefined;
    this.#lines.seek(this.#lines.offset); // of a line that is too long nothing is certain until its end is there
    const lines = this.#lines.next(this.#fd);
    if (lines !== undefined) {
      this.#chunkOffset = this.#lines.offset - lines.length;
      this.#goesOnIn = segmentBehindCut(lines);
    }
    return lines;
  }

  #successor(): number | undefined {
    const next = this.#segment + 1;
    if (this.#fd !== undefined) {
      // The usual case without listing the directory; retention removes only the oldest, so a gap means that ours is gone too.
      const known = this.#goesOnIn ?? next;
      if (known >= next && exists(segmentPath(this.#path, known))) return known;
      if (exists(segmentPath(this.#path, next))) return next;
      if (!this.removed) return undefined;
    }
    const segments = listSegments(this.#path);
    const later = segments.find(segment => segment >= next);
    return later === undefined ? undefined : (this.#cutBefore(later, segments) ?? later);
  }

  /** The segment that stands for what was cut out before a later one, where that is what became of the one that is read. */
  #cutBefore(later: number, segments: readonly number[]): number | undefined {
    const before = segments.findLast(segment => segment < later);
    if (this.#fd === undefined || before === undefined || before > this.#segment) return undefined;
    if (cutMarkOf(segmentPath(this.#path, before)) !== later) return undefined;
    const last = lastLineIn(this.#fd, this.#lines.offset);
    const read = last === undefined ? undefined : numberOf(last.text, this.#numberKey);
    if (read === undefined) return undefined;
    const isWanted = this.#isWanted;
    this.#isWanted = head =>
      (numberOf(head, this.#numberKey) ?? read) > read && (isWanted === undefined || isWanted(head));
    return before;
  }

  #open(segment: number): void {
    this.close();
    this.#segment = segment;
    this.#goesOnIn = undefined;
    this.#lines.seek(0);
    try {
      this.#fd = openPrivate(segmentPath(this.#path, segment), constants.O_RDONLY);
    } catch (error) {
      // Retention was faster; the next oldest is found from here.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  #tooLong(fromByte: number, toByte: number | undefined): void {
    const {longLines} = this.#options;
    if (longLines === undefined) {
      throw new StintError(
        'NOT_A_STINT_FILE',
        `Could not read ${this.file}: a line at byte ${fromByte} is too long to be a record.`,
      );
    }
    if (toByte !== undefined) longLines.onTooLong({segment: this.#segment, fromByte, toByte});
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
    at = lineEnd(chunk, at);
  }
  return undefined;
}
