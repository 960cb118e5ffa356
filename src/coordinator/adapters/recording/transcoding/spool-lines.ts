/**
 * Where one record of a spool ends and the next begins. The answer depends on the bytes of the stream alone,
 * never on how they were read in slices, so that a recorder which starts again at any record's end cuts the
 * rest exactly as before. That is why these lines have a rule of their own and no `LineReader`.
 */
import {isUtf8} from 'node:buffer';

import {CARRIAGE_RETURN, lineEnd} from '../../../../base/index.ts';

/** Longest line, in bytes without its line end, that is one record; a longer one becomes several. */
export const MAX_LINE_BYTES = 65_536;
/** A slice with this many bytes of a line tells whether and where it must be cut: the line end behind it may be `\r\n`. */
export const CUT_LOOKAHEAD_BYTES = MAX_LINE_BYTES + 2;

/**
 * How many bytes the first `records` records of a chunk take, by the splitting of `SpoolTranscoder`; fewer
 * where the chunk holds fewer. Finds the offset behind a record whose journal line was the last to survive.
 */
export function spanOfRecords(
  chunk: Buffer,
  length: number,
  records: number,
  atEnd: boolean,
): {consumed: number; records: number} {
  const cutter = new LineCutter();
  let consumed = 0;
  let found = 0;
  while (found < records && cutter.cut(chunk, consumed, length, atEnd)) {
    consumed = cutter.next;
    found++;
  }
  return {consumed, records: found};
}

/** Finds single records; what it found stands in its fields until the next `cut`. */
export class LineCutter {
  /** Behind the last byte of the record's data. */
  end = 0;
  /** Behind its line end: where the next record starts. */
  next = 0;
  /** The line goes on in the next record, or the stream ended without a newline. */
  partial = false;

  /** Looks at the record that starts at `start`; false when the bytes up to `length` cannot tell its end yet. */
  cut(chunk: Buffer, start: number, length: number, atEnd: boolean): boolean {
    const window = chunk.subarray(start, Math.min(length, start + CUT_LOOKAHEAD_BYTES));
    const newline = lineEnd(window) - 1;
    if (newline >= 0) {
      const size = newline > 0 && window[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
      if (size <= MAX_LINE_BYTES) return this.#found(start + size, start + newline + 1, false);
    } else if (window.length < CUT_LOOKAHEAD_BYTES) {
      if (!atEnd || window.length === 0) return false;
      if (window.length <= MAX_LINE_BYTES) return this.#found(length, length, true);
    }
    const end = start + characterBoundary(window, MAX_LINE_BYTES);
    return this.#found(end, end, true);
  }

  #found(end: number, next: number, partial: boolean): true {
    this.end = end;
    this.next = next;
    this.partial = partial;
    return true;
  }
}

/**
 * `cut`, or the start of the UTF-8 sequence that it would tear. Two bytes behind the cut must do: the fourth
 * byte of a sequence whose first stands right before the cut is not waited for, and taken to be right.
 */
function characterBoundary(bytes: Buffer, cut: number): number {
  if (!isContinuation(bytes[cut])) return cut;
  let lead = cut - 1;
  while (lead > cut - 3 && isContinuation(bytes[lead])) lead--;
  const size = sequenceSize(bytes[lead] ?? 0);
  if (lead + size <= cut) return cut;
  const sequence = Buffer.alloc(size, CONTINUATION);
  bytes.copy(sequence, 0, lead, lead + size);
  return isUtf8(sequence) ? lead : cut;
}

const CONTINUATION = 0x80;

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === CONTINUATION;
}

/** Bytes of the sequence that this byte starts, by its high bits alone. */
function sequenceSize(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
