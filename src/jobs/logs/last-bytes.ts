/** Of what is to be printed the last so many bytes, in whole lines, once all of it is known. */
import {countLines, lineEnd} from '../../base/index.ts';

export interface LeftOut {
  readonly lines: number;
  readonly bytes: number;
  /** Of the first line that is printed only the end is. */
  readonly isCut: boolean;
}

export class LastBytes {
  readonly #most: number;
  /** Those from `#first` on; the others are given up now and then, since the rest moves up each time. */
  #kept: Buffer[] = [];
  #first = 0;
  #size = 0;
  #lines = 0;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  write(text: string | Uint8Array): void {
    const bytes = Buffer.from(text as Uint8Array); // a copy: what is given may change
    this.#kept.push(bytes);
    this.#size += bytes.length;
    this.#lines += countLines(bytes);
    this.#bytes += bytes.length;
    for (
      let first = this.#kept[this.#first];
      first !== undefined && this.#size - first.length > this.#most;
      first = this.#kept[this.#first]
    ) {
      this.#first += 1;
      this.#size -= first.length;
    }
    if (this.#first * 2 > this.#kept.length) this.#giveUp();
  }

  /** What is left, and what was left out, if anything was. `mayCut`: where not even the last line fits, its end is taken. */
  end(mayCut: boolean): {readonly text: Buffer; readonly leftOut: LeftOut | undefined} {
    this.#giveUp();
    const all = Buffer.concat(this.#kept);
    if (this.#bytes <= this.#most) return {text: all, leftOut: undefined};
    const from = all.length - this.#most;
    // Where a line ends just before, what is left begins with a whole one.
    const begin = from === 0 ? from : lineEnd(all, from - 1);
    const isWhole = begin > 0 && begin < all.length;
    const text = isWhole
      ? all.subarray(begin)
      : mayCut
        ? all.subarray(characterStart(all, from))
        : Buffer.alloc(0);
    const lines = this.#lines - countLines(text);
    return {text, leftOut: {lines, bytes: this.#bytes - text.length, isCut: !isWhole && mayCut}};
  }

  #giveUp(): void {
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }
}

/** The first byte from there on with which a character of UTF-8 begins. */
function characterStart(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && at < from + 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}
