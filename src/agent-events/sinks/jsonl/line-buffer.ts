/**
 * Lines on their way into a file: envelope and event as text, together until they are worth a write. Pieces of text are
 * only put next to each other, and encoded once, at the write: building an object per event, or a text of a megabyte,
 * costs a third of the speed. Even to cut off the brace with which an event begins would cost a tenth, so the two are put
 * together whole, and at the write a comma goes where that brace is.
 */
import {countLines, lineEnd, mendedJson} from '../../../base/index.ts';
import type {BatchMark} from '../../../journal/index.ts';
import {EnvelopeHead} from './envelope-head.ts';

/** From this many UTF-16 units a write is due. */
const FULL = 64 * 1024;
/** No unit of UTF-16 takes more bytes of UTF-8. */
const MOST_BYTES_PER_UNIT = 3;
/** A line has 50 units at least, so these are enough until a write is due. */
const MOST_LINES = 2048;
const COMMA = 44;
const OPENING_BRACE = 123;
const TIME = /"emitted_at_ms":(-?\d+)/;

export class LineBuffer {
  /** Each line with its newline before it, and the first of them as they will stand in the file. */
  #text = '';
  /** Where the events begin in the lines behind those. */
  readonly #braces = new Int32Array(MOST_LINES);
  #braceCount = 0;
  #lines = 0;
  #bytes = Buffer.allocUnsafeSlow((MOST_BYTES_PER_UNIT + 1) * FULL);
  #first = 0;
  #firstMs = 0;
  #newestMs = 0;
  /** Numbers of the lines that tell of lost events. */
  #gaps: number[] = [];
  readonly #head = new EnvelopeHead();

  get lines(): number {
    return this.#lines;
  }

  /** The lines that were handed over, and do not tell of lost ones. */
  get events(): number {
    return this.#lines - this.#gaps.length;
  }

  get isFull(): boolean {
    return this.#text.length >= FULL;
  }

  get mark(): BatchMark {
    return {number: this.#first, time: this.#firstMs, newest: this.#newestMs};
  }

  /** `body` is the JSON of an object that has keys. */
  add(index: number, ms: number, depth: number | null, body: string): void {
    if (this.#lines === 0) {
      this.#first = index;
      this.#firstMs = ms;
      this.#newestMs = ms;
    }
    if (ms > this.#newestMs) this.#newestMs = ms;
    const head = this.#head;
    head.set(index, ms, depth);
    const text = this.#text + head.start + head.end;
    this.#braces[this.#braceCount++] = text.length;
    this.#text = text + body;
    this.#lines += 1;
  }

  /** A line that tells of lost events, and is none of those that were handed over. */
  addGap(index: number, ms: number, body: string): void {
    this.add(index, ms, null, body);
    this.#gaps.push(index);
  }

  /** All lines as UTF-8, where half a surrogate pair has become U+FFFD; valid until the next call. */
  encoded(): Buffer {
    const text = `${this.#text}\n`;
    const mended = mendedJson(text);
    const bytes = this.#asBytes(mended);
    if (mended === text && bytes.length === text.length) this.#joinAtBraces(bytes);
    else this.#joinLines(bytes);
    return bytes.subarray(1);
  }

  /** Forgets the lines that the first `accepted` bytes of `encoded` hold, and tells how many of them are events. */
  drop(encoded: Buffer, accepted: number): number {
    const {events, lines} = this;
    this.#lines = accepted === encoded.length ? 0 : countLines(encoded.subarray(accepted));
    this.#text = this.#lines === 0 ? '' : `\n${encoded.toString('utf8', accepted, encoded.length - 1)}`;
    this.#braceCount = 0;
    this.#first += lines - this.#lines;
    this.#firstMs = Number(TIME.exec(this.#text)?.[1]);
    if (this.#gaps.length > 0) this.#gaps = this.#gaps.filter(index => index >= this.#first);
    return events - this.events;
  }

  /** Forgets all lines. */
  clear(): void {
    this.#lines = 0;
    this.#text = '';
    this.#braceCount = 0;
    this.#gaps = [];
  }

  #asBytes(text: string): Buffer {
    if (text.length * MOST_BYTES_PER_UNIT > this.#bytes.length) return Buffer.from(text);
    return this.#bytes.subarray(0, this.#bytes.write(text));
  }

  /** In plain ASCII a unit of the text is a byte. */
  #joinAtBraces(bytes: Buffer): void {
    for (const at of this.#braces.subarray(0, this.#braceCount)) bytes[at] = COMMA;
  }

  /** A head has no brace but its own, so the next one is the event's. */
  #joinLines(bytes: Buffer): void {
    const whole = this.#lines - this.#braceCount;
    let ownBrace = 1;
    for (let line = 0; line < this.#lines; line += 1) {
      if (line >= whole) bytes[bytes.indexOf(OPENING_BRACE, ownBrace + 1)] = COMMA;
      ownBrace = lineEnd(bytes, ownBrace);
    }
  }
}
