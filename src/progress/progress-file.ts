/**
 * Reads a file of progress records, again and again as it grows, in constant memory. Only whole lines are taken. Others
 * write this file, so nothing about it is certain: it may not be there yet, get shorter or be replaced (then it is read
 * anew), be rewritten in place, hold lines that are no records or never end.
 */
import {closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync} from 'node:fs';

import {codeOf} from '../base/index.ts';
import {LineReader, systemClock} from '../platform/index.ts';
import {type ProgressRecord, parseProgressLine} from './record.ts';

export interface ProgressVisitor {
  /** `line` is the record as it stands in the file, from the byte `begin` on. */
  record(record: ProgressRecord, line: string, begin: number): void;
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
/** So much of what was read last is compared with what stands there later. */
const COMPARED_BYTES = 4096;

export class ProgressFile {
  /** Undefined where whoever opens the file looks after it. */
  readonly #path: string | undefined;
  readonly #open: () => number;
  #fd: number | undefined;
  readonly #lines: LineReader;
  /** Bytes of a line that was too long, until it is told of. */
  #passedOver = 0;
  #writtenAt = 0;
  /** The end of the lines that were read last, and the byte behind them. */
  #readLast = {bytes: NOTHING, end: 0};

  constructor(path: string, {open, chunkBytes = CHUNK_BYTES}: ProgressFileOptions = {}) {
    this.#path = open === undefined ? path : undefined;
    this.#open = open ?? (() => openForReading(path));
    this.#lines = new LineReader({
      blockBytes: chunkBytes,
      maxLineBytes: MOST_LINE_BYTES,
      onTooLong: (from, to) => {
        if (to !== undefined) this.#passedOver = to + 1 - from;
      },
    });
  }

  /** How much of the file has been read. */
  get offset(): number {
    return this.#lines.end;
  }

  /** When it had been written last when it was read last, Unix milliseconds: what was read is not younger. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** The byte at which the next line begins. */
  get nextLine(): number {
    return this.#lines.offset;
  }

  /** How long the file is that was opened; undefined while there is none. */
  get size(): number | undefined {
    return this.#fd === undefined ? undefined : fstatSync(this.#fd).size;
  }

  /** Reads a chunk; tells whether there may be more. Throws when the file is there and cannot be read. */
  readSome(visitor: ProgressVisitor): boolean {
    const fd = this.#opened();
    if (fd === undefined) return false;
    const seen = this.offset;
    if (fstatSync(fd).size < seen || this.#isRewritten(fd)) return this.#restart(visitor);
    const begin = this.#lines.offset;
    const lines = this.#lines.read(fd);
    this.#writtenAt = latestWrite(fstatSync(fd));
    if (lines !== undefined) {
      this.#readLast = {bytes: Buffer.from(lines.subarray(-COMPARED_BYTES)), end: begin + lines.length};
      visitLines(lines, begin, visitor);
    } else if (this.offset === seen && this.#isReplaced(fd)) {
      this.close();
      return this.#restart(visitor);
    }
    if (this.#passedOver > 0) visitor.skipped(this.#passedOver);
    this.#passedOver = 0;
    return !this.#lines.isAtEnd;
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

  /** Somebody wrote over what was read: a worker may keep one record up to date in its place. */
  #isRewritten(fd: number): boolean {
    const {bytes, end} = this.#readLast;
    if (bytes.length === 0) return false;
    const found = Buffer.allocUnsafe(bytes.length);
    const length = readSync(fd, found, 0, found.length, end - bytes.length);
    return length === bytes.length && !found.equals(bytes);
  }

  /** Another file has its name now. One that was only removed may still be written. */
  #isReplaced(fd: number): boolean {
    if (this.#path === undefined) return false;
    const now = statSync(this.#path, {throwIfNoEntry: false});
    const {dev, ino} = fstatSync(fd);
    return now !== undefined && (now.dev !== dev || now.ino !== ino);
  }

  /** There is more to read: all of it. */
  #restart(visitor: ProgressVisitor): true {
    this.#lines.seek(0);
    this.#readLast = {bytes: NOTHING, end: 0};
    visitor.reset();
    return true;
  }
}

const NOTHING = Buffer.alloc(0);

/** Without ever waiting, as a FIFO would have us do. Throws when it is no file. */
function openForReading(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a file`);
}

/** Some file systems keep whole seconds only, or every other one. Whoever dates it ahead has not written it later. */
function latestWrite({mtimeMs}: Stats): number {
  return Math.min(mtimeMs % 1000 === 0 ? mtimeMs + 1999 : mtimeMs, systemClock.now());
}

function visitLines(bytes: Buffer, begin: number, visitor: ProgressVisitor): void {
  const lines = bytes.toString();
  const isAscii = lines.length === bytes.length;
  let next = begin;
  for (let at = 0, to = lines.indexOf('\n'); to >= 0; at = to + 1, to = lines.indexOf('\n', at)) {
    const line = lines.slice(at, to);
    if (line !== '') visitLine(line, next, visitor);
    next += (isAscii ? line.length : Buffer.byteLength(line)) + 1;
  }
}

function visitLine(line: string, begin: number, visitor: ProgressVisitor): void {
  const record = parseProgressLine(line);
  if (record !== undefined) visitor.record(record, line, begin);
  else if (line.trim() !== '') visitor.skipped(Buffer.byteLength(line) + 1);
}
