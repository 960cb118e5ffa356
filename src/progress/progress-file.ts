/**
 * Reads a file of progress records, again and again as it grows, in constant memory. Only whole lines are taken. Others
 * write this file, so nothing about it is certain: it may not be there yet, get shorter or be replaced (then it is read
 * anew), hold lines that are no records or never end.
 */
import {closeSync, constants, fstatSync, openSync, readSync, statSync} from 'node:fs';

import {codeOf} from '../base/index.ts';
import {type ProgressRecord, parseProgressLine} from './record.ts';

export interface ProgressVisitor {
  /** `line` is the record as it stands in the file. */
  record(record: ProgressRecord, line: string): void;
  /** A line of so many bytes, its newline included, was no record. */
  skipped(bytes: number): void;
  /** What was read before does not count any more: the file begins anew. */
  reset(): void;
}

export interface ProgressFileOptions {
  /** Opens it, where that is to be done in a way of its own. Then another file in its place is not looked for. */
  readonly open?: () => number;
  /** How much is read at a time. */
  readonly chunkBytes?: number;
}

const CHUNK_BYTES = 256 * 1024;
/** A longer line is passed over. */
const MOST_LINE_BYTES = 1024 * 1024;
const NEWLINE = 10;

export class ProgressFile {
  /** Undefined where whoever opens the file looks after it. */
  readonly #path: string | undefined;
  readonly #open: () => number;
  #fd: number | undefined;
  #offset = 0;
  /** The begin of a line whose end was not there yet. */
  #rest = Buffer.alloc(0);
  /** Bytes of a line that is too long, as far as it was passed over. */
  #passedOver = 0;
  readonly #buffer: Buffer;

  constructor(path: string, {open, chunkBytes = CHUNK_BYTES}: ProgressFileOptions = {}) {
    this.#path = open === undefined ? path : undefined;
    this.#open = open ?? (() => openForReading(path));
    this.#buffer = Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** How much of the file has been read. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads a chunk; tells whether there may be more. Throws when the file is there and cannot be read. */
  readSome(visitor: ProgressVisitor): boolean {
    const fd = this.#opened();
    if (fd === undefined) return false;
    if (fstatSync(fd).size < this.#offset) {
      this.#restart();
      visitor.reset();
      return true;
    }
    const length = readSync(fd, this.#buffer, 0, this.#buffer.length, this.#offset);
    if (length === 0 && this.#isReplaced(fd)) {
      this.close();
      this.#restart();
      visitor.reset();
      return true;
    }
    this.#offset += length;
    if (length > 0) this.#take(this.#buffer.subarray(0, length), visitor);
    return length === this.#buffer.length;
  }

  /** Reads all there is. */
  readAll(visitor: ProgressVisitor): void {
    while (this.readSome(visitor));
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #opened(): number | undefined {
    try {
      this.#fd ??= this.#open();
      return this.#fd;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Another file has its name now. One that was only removed may still be written. */
  #isReplaced(fd: number): boolean {
    if (this.#path === undefined) return false;
    const now = statSync(this.#path, {throwIfNoEntry: false});
    const {dev, ino} = fstatSync(fd);
    return now !== undefined && (now.dev !== dev || now.ino !== ino);
  }

  #restart(): void {
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
    this.#passedOver = 0;
  }

  #take(chunk: Buffer, visitor: ProgressVisitor): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#takeLines(chunk.subarray(0, end), visitor);
      this.#rest = Buffer.from(chunk.subarray(end));
    } else if (this.#passedOver + this.#rest.length + chunk.length > MOST_LINE_BYTES) {
      this.#passedOver += this.#rest.length + chunk.length;
      this.#rest = Buffer.alloc(0);
    } else {
      this.#rest = Buffer.concat([this.#rest, chunk]);
    }
  }

  /** The first of the lines goes on where the rest of the chunk before stopped. */
  #takeLines(lines: Buffer, visitor: ProgressVisitor): void {
    let text = lines;
    if (this.#passedOver > 0) {
      const end = lines.indexOf(NEWLINE) + 1;
      visitor.skipped(this.#passedOver + end);
      this.#passedOver = 0;
      text = lines.subarray(end);
    } else if (this.#rest.length > 0) {
      text = Buffer.concat([this.#rest, lines]);
    }
    const all = text.toString();
    for (let at = 0, end = all.indexOf('\n'); end >= 0; at = end + 1, end = all.indexOf('\n', at))
      if (end > at) visitLine(all.slice(at, end), visitor);
  }
}

/** Without ever waiting, as a FIFO would have us do. Throws when it is no file. */
function openForReading(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a file`);
}

function visitLine(line: string, visitor: ProgressVisitor): void {
  // Nobody needs a line that long, and whether it came in pieces must not matter.
  const isTooLong = line.length > MOST_LINE_BYTES / 4 && Buffer.byteLength(line) > MOST_LINE_BYTES;
  const record = isTooLong ? undefined : parseProgressLine(line);
  if (record !== undefined) visitor.record(record, line);
  else if (line.trim() !== '') visitor.skipped(Buffer.byteLength(line) + 1);
}
