/**
 * What stands around the data of an output record. The head is built once per batch; from one record to the
 * next only the digits of its number change, in place. Heads and tails travel as doubles, eight bytes at a
 * time: they are ASCII, so none of them is a NaN, whose bits an engine may change.
 */

/** No head and tail together are longer, whatever the numbers in them. */
export const MAX_FRAME_BYTES = 256;

export class RecordFrame {
  readonly #head = new DataView(new ArrayBuffer(HEAD_BYTES));
  readonly #tail = new DataView(new ArrayBuffer(TAIL_BYTES));
  #headSize = 0;
  #tailSize = 0;
  #lastDigit = 0;
  #seq = 0;
  #afterSeq = '';

  /** Prepares the frame for records from number `seq` on; `ts` in Unix ms, `doubts` as `doubtsOf` has them. */
  begin(seq: number, ts: number, kind: string, doubts: string): void {
    this.#seq = seq;
    this.#afterSeq = `,"ts":${ts},"kind":"${kind}","data":"`;
    this.#tailSize = writeText(this.#tail, tailOf('', doubts));
    this.#buildHead();
  }

  /** Counts on to the next record's number. */
  advance(): void {
    this.#seq++;
    let at = this.#lastDigit;
    while (this.#head.getUint8(at) === NINE) this.#head.setUint8(at--, ZERO);
    const digit = this.#head.getUint8(at);
    if (digit === COLON) this.#buildHead();
    else this.#head.setUint8(at, digit + 1);
  }

  /** Writes all up to the data's opening quote; answers the index behind it. May write 8 bytes more. */
  writeHead(target: DataView, to: number): number {
    for (let at = 0; at < this.#headSize; at += 8) {
      target.setFloat64(to + at, this.#head.getFloat64(at, true), true);
    }
    return to + this.#headSize;
  }

  /** Writes the tail of an ordinary record, from the data's closing quote; answers the index behind it. May write 16 bytes more. */
  writeTail(target: DataView, to: number): number {
    target.setFloat64(to, this.#tail.getFloat64(0, true), true);
    target.setFloat64(to + 8, this.#tail.getFloat64(8, true), true);
    for (let at = 16; at < this.#tailSize; at += 8)
      target.setFloat64(to + at, this.#tail.getFloat64(at, true), true);
    return to + this.#tailSize;
  }

  #buildHead(): void {
    const start = `{"seq":${this.#seq}`;
    this.#lastDigit = start.length - 1;
    this.#headSize = writeText(this.#head, start + this.#afterSeq);
  }
}

const HEAD_BYTES = 128;
const TAIL_BYTES = 48;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;

/** A record from its data's closing quote on; `extras` are keys like `,"partial":true`. */
export function tailOf(extras: string, doubts: string): string {
  return `"${extras}${doubts}${RECORD_END}`;
}

/** Keys that say what of a record cannot be relied on. */
export function doubtsOf({
  late,
  isUnordered,
}: {
  readonly late: boolean;
  readonly isUnordered: boolean;
}): string {
  return `${late ? ',"late":true' : ''}${isUnordered ? ',"order":"unknown"' : ''}`;
}

/** How every record ends. */
export const RECORD_END = '}\n';

function writeText(view: DataView, text: string): number {
  for (let at = 0; at < text.length; at++) view.setUint8(at, text.charCodeAt(at));
  return text.length;
}
