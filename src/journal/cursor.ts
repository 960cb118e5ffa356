/**
 * A place in a journal that moves over complete lines, across segments, and can be asked again when more was written.
 *
 * Bytes behind the last newline are never kept between two reads: the writer may have cut them off and written others
 * in their place. A segment counts as read to its end only if that was seen after its successor was seen.
 */
import {closeSync, constants, fstatSync, readSync, statSync} from 'node:fs';

import {hasCode, StintError} from '../base/index.ts';
import {openPrivate} from '../platform/index.ts';
import {locateLast, locateNumber, type Position} from './locate.ts';
import {NUMBER_HEAD_BYTES, type NumberKey, numberOf} from './record-number.ts';
import {lastNewline} from './scan-back.ts';
import {listSegments, segmentPath} from './segment-name.ts';

/** Where to begin; without either of them, at the oldest record. Both together mean those of the last `last` lines that are not before `from`. */
export interface StartOptions {
  /** Number of the first record wanted; lines before it, and lines without a number before it, are passed over. */
  readonly from?: number;
  /** Which key holds the number. Default `seq`. */
  readonly numberKey?: NumberKey;
  /** Begin this many lines before the end; 0 begins behind the last line that is there now. */
  readonly last?: number;
}

const BUFFER_BYTES = 64 * 1024;
const LONGEST_LINE_BYTES = 512 * 1024 * 1024;
const NEWLINE = 10;

export class Cursor {
  readonly #path: string;
  readonly #key: NumberKey;
  /** Undefined once a record numbered so or higher was met. */
  #from: number | undefined;
  /** The segment that is open, or the last one that was. */
  #segment = -1;
  #fd: number | undefined;
  #offset = 0;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  readonly #onPassedOver: (lines: Buffer) => void;

  /** `onPassedOver` is shown complete lines that are not wanted because their numbers are too low; not all of these are read. */
  constructor(path: string, start: StartOptions, onPassedOver: (lines: Buffer) => void = () => undefined) {
    this.#onPassedOver = onPassedOver;
    this.#path = path;
    this.#key = start.numberKey ?? 'seq';
    this.#from = start.from;
    const position = locate(path, start, this.#key);
    if (position === undefined) return;
    this.#open(position.segment);
    this.#offset = position.offset;
  }

  /** Complete lines with their newlines, valid until the next call; undefined when there is no further one at present. */
  next(): Buffer | undefined {
    for (;;) {
      const chunk = this.#nextChunk();
      if (chunk === undefined || this.#from === undefined) return chunk;
      const wanted = linesFrom(chunk, this.#from, this.#key);
      if (wanted === undefined) {
        this.#onPassedOver(chunk);
        continue;
      }
      this.#from = undefined;
      return wanted;
    }
  }

  /** The file that will change when there is more, or undefined while the journal does not exist. */
  get file(): string | undefined {
    return this.#fd === undefined ? undefined : segmentPath(this.#path, this.#segment);
  }

  /** True when the file was deleted, so that nothing can follow. */
  get removed(): boolean {
    return this.#fd !== undefined && fstatSync(this.#fd).nlink === 0;
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
      this.#open(successor);
    }
  }

  #read(): Buffer | undefined {
    if (this.#fd === undefined) return undefined;
    for (;;) {
      const bytes = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, this.#offset);
      const end = lastNewline(this.#buffer, bytes) + 1;
      this.#offset += end;
      if (end > 0) return this.#buffer.subarray(0, end);
      if (bytes < this.#buffer.length) return undefined;
      this.#grow();
    }
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
    try {
      this.#fd = openPrivate(segmentPath(this.#path, segment), constants.O_RDONLY);
    } catch (error) {
      // Retention was faster; the next oldest is found from here.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  /** The line is longer than the buffer and is read again as a whole. */
  #grow(): void {
    const bytes = this.#buffer.length * 4;
    if (bytes > LONGEST_LINE_BYTES) {
      throw new StintError(
        'NOT_A_STINT_FILE',
        `Could not read ${this.file}: a line at byte ${this.#offset} is too long to be a record.`,
      );
    }
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  #shrink(): void {
    if (this.#buffer.length > BUFFER_BYTES) this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }
}

function locate(path: string, start: StartOptions, key: NumberKey): Position | undefined {
  if (start.last !== undefined) return locateLast(path, start.last);
  return start.from === undefined ? undefined : locateNumber(path, start.from, key);
}

function exists(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false}) !== undefined;
}

/** The lines of a chunk from the first that is numbered `from` or higher; undefined when there is none. */
function linesFrom(chunk: Buffer, from: number, key: NumberKey): Buffer | undefined {
  let at = 0;
  while (at < chunk.length) {
    const number = numberOf(chunk.toString('latin1', at, at + NUMBER_HEAD_BYTES), key);
    if (number !== undefined && number >= from) return chunk.subarray(at);
    at = chunk.indexOf(NEWLINE, at) + 1;
  }
  return undefined;
}
