/** Parsed records of a stretch of a journal, with the text and the place of each on demand. */
import {lineEnd, StintError} from '../../base/index.ts';
import {isWhite, type JournalRecord} from './tolerant-line.ts';

/** Where a record stands. */
export interface RecordPlace {
  /** Path of the segment. */
  readonly file: string;
  readonly segment: number;
  /** The first byte of the record in that segment. */
  readonly fromByte: number;
  /** The byte behind its last one; the newline is not part of it. */
  readonly toByte: number;
}

/** A stretch of whole lines: `bytes` stand at `offset` of a segment. */
export interface Stretch {
  readonly bytes: Buffer;
  readonly file: string;
  readonly segment: number;
  readonly offset: number;
}

export class RecordBatch {
  /** The records, oldest first. Never none. */
  readonly values: readonly JournalRecord[];
  #stretch: Stretch | undefined;
  #bounds: readonly number[] | undefined;

  /** `bounds` are the first byte and the byte behind the last of each record; without them every line is one record. */
  constructor(values: readonly JournalRecord[], stretch: Stretch, bounds?: readonly number[]) {
    this.values = values;
    this.#stretch = stretch;
    this.#bounds = bounds;
  }

  /**
   * The exact text of a record, in which no number lost digits. Bytes that are no UTF-8 become U+FFFD.
   * Like `place` to be asked before the next batch is; later it throws.
   */
  text(at: number): string {
    const {bytes} = this.#live();
    const [from, to] = this.#bound(at);
    return bytes.toString('utf8', from, to);
  }

  /** Where a record stands. */
  place(at: number): RecordPlace {
    const {file, segment, offset} = this.#live();
    const [from, to] = this.#bound(at);
    return {file, segment, fromByte: offset + from, toByte: offset + to};
  }

  /** To be called by the reader before it reads on, because the bytes are then overwritten. */
  expire(): void {
    this.#stretch = undefined;
  }

  #live(): Stretch {
    if (this.#stretch === undefined) {
      throw new StintError('USAGE', 'Could not tell the text or place of a record: the next batch was read.');
    }
    return this.#stretch;
  }

  #bound(at: number): readonly [number, number] {
    this.#bounds ??= lineBounds(this.#live().bytes);
    const [from, to] = this.#bounds.slice(2 * at, 2 * at + 2);
    if (from === undefined || to === undefined) {
      throw new StintError('USAGE', `Could not find record ${at} in a batch of ${this.values.length}.`);
    }
    return [from, to];
  }
}

function lineBounds(bytes: Buffer): number[] {
  const bounds: number[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = lineEnd(bytes, from);
    let to = end - 1;
    while (isWhite(bytes, to - 1, to)) to -= 1;
    bounds.push(from, to);
    from = end;
  }
  return bounds;
}
