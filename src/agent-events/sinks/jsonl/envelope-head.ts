/**
 * The beginning of an event's line behind a newline, `{"index":12,"emitted_at_ms":1767225600000,"frame_depth":null`, in two pieces that are
 * mostly those of the line before: the number without its last digit changes every ten events, what follows once in a
 * millisecond. Ten events take one conversion of a number, and a line takes few pieces, which is what it costs.
 */
export class EnvelopeHead {
  /** A newline, and all but the last digit of the index. */
  start = '';
  /** The last digit, and the rest. */
  end = '';
  #tens = -1;
  #ms = Number.NaN;
  #depth: number | null = null;
  #ends: (string | undefined)[] = [];

  set(index: number, ms: number, depth: number | null): void {
    const tens = Math.floor(index / 10);
    if (tens !== this.#tens) {
      this.#tens = tens;
      this.start = flat(`\n{"index":${tens === 0 ? '' : tens}`);
    }
    if (ms !== this.#ms || depth !== this.#depth) {
      this.#ms = ms;
      this.#depth = depth;
      this.#ends = [];
    }
    const digit = index - tens * 10;
    this.end = this.#ends[digit] ??= flat(`${digit},"emitted_at_ms":${ms},"frame_depth":${depth}`);
  }
}

/** V8 keeps a text that was put together as its pieces, until a character of it is asked for. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
