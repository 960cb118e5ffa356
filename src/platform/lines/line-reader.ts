/**
 * The whole lines of a file from one byte on, again and again as it grows, in memory of its longest line.
 *
 * Bytes behind the last newline are never kept between two reads but read again: their writer may have cut them off and
 * written others in their place. Of a line that is too long only is remembered how far it was passed over.
 */
import {readSync} from 'node:fs';

import {lineEnd, lineStart} from '../../base/index.ts';

export interface LineReaderOptions {
  /** So much is read at a time while lines are shorter. Default 64 KiB. */
  readonly blockBytes?: number;
  /** A line that is longer, its newline not counted, is passed over. Default: none is. */
  readonly maxLineBytes?: number;
  /** Hears of such a line when it is met, and may throw; and with the byte of its newline when that is found. */
  readonly onTooLong?: (fromByte: number, toByte: number | undefined) => void;
}

const BLOCK_BYTES = 64 * 1024;
/** A buffer that grew beyond this is given up behind the line that needed it. */
const LARGEST_KEPT_BYTES = 1024 * 1024;

export class LineReader {
  readonly #blockBytes: number;
  readonly #maxLineBytes: number;
  readonly #onTooLong: (fromByte: number, toByte: number | undefined) => void;
  #buffer: Buffer;
  #offset = 0;
  #end = 0;
  #isAtEnd = false;
  /** Bytes of a line that is too long, as far as it was passed over. */
  #passedOver = 0;

  constructor({
    blockBytes = BLOCK_BYTES,
    maxLineBytes = Number.POSITIVE_INFINITY,
    onTooLong = () => undefined,
  }: LineReaderOptions = {}) {
    this.#blockBytes = blockBytes;
    this.#maxLineBytes = Math.max(maxLineBytes, blockBytes);
    this.#onTooLong = onTooLong;
    this.#buffer = Buffer.allocUnsafeSlow(blockBytes);
  }

  /** The byte at which the next line begins. */
  get offset(): number {
    return this.#offset;
  }

  /** How far the file was looked at. */
  get end(): number {
    return this.#end;
  }

  /** Whether the last read came to the end of the file, so that there is no more at present. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Goes on at `offset`, where a line begins. */
  seek(offset: number): void {
    this.#offset = offset;
    this.#end = offset;
    this.#passedOver = 0;
  }

  /** The next lines with their newlines, valid until the next read; undefined when there is no whole one up to `upTo`. */
  next(fd: number, upTo?: number): Buffer | undefined {
    for (;;) {
      const lines = this.read(fd, upTo);
      if (lines !== undefined || this.#isAtEnd) return lines;
    }
  }

  /** The same in one read of a block: undefined also when it takes more of them until a line is whole. */
  read(fd: number, upTo = Number.POSITIVE_INFINITY): Buffer | undefined {
    const at = this.#offset + this.#passedOver;
    const bytes = readSync(fd, this.#buffer, 0, Math.min(this.#buffer.length, upTo - at), at);
    this.#end = at + bytes;
    this.#isAtEnd = bytes < this.#buffer.length;
    if (this.#passedOver > 0) {
      this.#passOver(bytes);
      return undefined;
    }
    const buffer = this.#buffer;
    const length = this.#wholeLines(bytes);
    if (length > 0) this.#offset += length;
    else if (!this.#isAtEnd) this.#grow();
    if ((length > 0 && buffer.length > LARGEST_KEPT_BYTES) || (length === 0 && this.#isAtEnd)) this.#shrink();
    return length > 0 ? buffer.subarray(0, length) : undefined;
  }

  /** How many of the bytes that were read make up lines; of a buffer that is not kept only the long line itself. */
  #wholeLines(bytes: number): number {
    if (this.#buffer.length <= LARGEST_KEPT_BYTES) return lineStart(this.#buffer, bytes);
    return lineEnd(this.#buffer.subarray(0, bytes));
  }

  /** The line is longer than the buffer: it is read again as a whole, or passed over. */
  #grow(): void {
    const {length} = this.#buffer;
    if (length <= this.#maxLineBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(Math.min(length * 4, this.#maxLineBytes + 1));
      return;
    }
    this.#onTooLong(this.#offset, undefined);
    this.#passedOver = length;
    this.#shrink();
  }

  #passOver(bytes: number): void {
    const end = lineEnd(this.#buffer.subarray(0, bytes));
    if (end === 0) {
      this.#passedOver += bytes;
      return;
    }
    const from = this.#offset;
    this.seek(from + this.#passedOver + end);
    this.#isAtEnd = false; // what stands behind it is read again
    this.#onTooLong(from, this.#offset - 1);
  }

  #shrink(): void {
    if (this.#buffer.length > this.#blockBytes) this.#buffer = Buffer.allocUnsafeSlow(this.#blockBytes);
  }
}
