/** Amounts over time in constant memory: buckets of one width, which doubles whenever time goes beyond the last one. */
export interface AmountsOverTime {
  readonly width_ms: number;
  readonly rows: readonly number[];
  readonly bytes: readonly number[];
}

const MOST_BUCKETS = 64;
const FIRST_WIDTH_MS = 1000;

export class OverTime {
  #width = FIRST_WIDTH_MS;
  #rows: number[] = [];
  #bytes: number[] = [];

  /** What happened at an unknown time, NaN, is left out. */
  add(atMs: number, rows: number, bytes: number): void {
    if (Number.isNaN(atMs)) return;
    while (atMs >= this.#width * MOST_BUCKETS) this.#double();
    const bucket = Math.floor(atMs / this.#width);
    while (this.#rows.length <= bucket) {
      this.#rows.push(0);
      this.#bytes.push(0);
    }
    this.#rows[bucket] = (this.#rows[bucket] ?? 0) + rows;
    this.#bytes[bucket] = (this.#bytes[bucket] ?? 0) + bytes;
  }

  get amounts(): AmountsOverTime {
    return {width_ms: this.#width, rows: [...this.#rows], bytes: [...this.#bytes]};
  }

  #double(): void {
    this.#width *= 2;
    this.#rows = inPairs(this.#rows);
    this.#bytes = inPairs(this.#bytes);
  }
}

function inPairs(amounts: readonly number[]): number[] {
  const paired: number[] = [];
  for (let at = 0; at < amounts.length; at += 2) paired.push((amounts[at] ?? 0) + (amounts[at + 1] ?? 0));
  return paired;
}
