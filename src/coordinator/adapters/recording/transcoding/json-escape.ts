/**
 * Copies a line's bytes into a JSON string, byte for byte as `JSON.stringify` would write them. This is the
 * innermost loop of the recorder: four bytes go over at once, unlooked at, as long as none of them is a
 * control byte, `"` or `\`. Bytes from 0x80 are copied as they are; that they are UTF-8 is the caller's part.
 */
import {CARRIAGE_RETURN, NEWLINE} from '../../../../base/index.ts';

/** The most bytes that one byte of a line can take in a JSON string (`\u0000`). */
export const MAX_ESCAPED_BYTES = 6;
/** A copy may write this many bytes behind the last one that counts. */
export const COPY_SLACK_BYTES = 8;

export class JsonEscaper {
  /** After `copyLine`: the index in the source behind what was read. */
  read = 0;
  /** After `copyLine`: the index in the target behind what was written. */
  written = 0;
  readonly #target: DataView;

  constructor(target: DataView) {
    this.#target = target;
  }

  /**
   * Copies from `from` up to a `\n` or `\r\n` (read, not copied) or else up to `end`. The target must have
   * room for `MAX_ESCAPED_BYTES` per byte and the slack behind `to`.
   */
  copyLine(source: DataView, from: number, end: number, to: number): void {
    const target = this.#target;
    const lastWord = end - 4;
    let i = from;
    let o = to;
    while (i < end) {
      while (i <= lastWord) {
        const word = source.getInt32(i, true);
        target.setInt32(o, word, true);
        const marks = specialBytes(word);
        if (marks !== 0) {
          const clean = (31 - Math.clz32(marks & -marks)) >> 3;
          i += clean;
          o += clean;
          break;
        }
        i += 4;
        o += 4;
      }
      if (i >= end) break;
      const byte = source.getUint8(i++);
      if (byte === NEWLINE) break;
      if (byte === CARRIAGE_RETURN && i < end && source.getUint8(i) === NEWLINE) {
        i++;
        break;
      }
      target.setFloat64(o, ESCAPES.getFloat64(byte << 3, true), true);
      o += ESCAPE_SIZES.getUint8(byte);
    }
    this.read = i;
    this.written = o;
  }
}

/**
 * The top bit of every byte that is below 0x20, `"` or `\`, of four at once; only the lowest mark is exact.
 * Subtracting borrows into the top bit of a byte below the limit. Flipping 0x02 brings `"` (0x22) to 0x20,
 * right behind the control bytes, and leaves those among themselves, so that one limit serves for both.
 */
function specialBytes(word: number): number {
  const controlOrQuote = (word ^ 0x02020202) - 0x21212121;
  const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return (controlOrQuote | backslash) & ~word & 0x80808080;
}

/**
 * How each byte is written, in eight bytes of which the size counts. They travel as one double: all of them
 * are ASCII or end in zeros, so none is a NaN, whose bits an engine may change.
 */
const ESCAPES = new DataView(new ArrayBuffer(256 * 8));
const ESCAPE_SIZES = new DataView(new ArrayBuffer(256));
fillEscapes();

function fillEscapes(): void {
  for (let byte = 0; byte < 256; byte++) {
    const ascii = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
    const escaped = byte < 0x80 ? Buffer.from(ascii) : Buffer.of(byte);
    for (const [at, value] of escaped.entries()) ESCAPES.setUint8(byte * 8 + at, value);
    ESCAPE_SIZES.setUint8(byte, escaped.length);
  }
}
