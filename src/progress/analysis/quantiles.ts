/**
 * Quantiles of any number of lengths in constant memory: exact up to 1,000 values, from then on a DDSketch (Masson, Rim,
 * Lee 2019), whose buckets grow geometrically so that every answer is within 1 % of the true value.
 */
export interface QuantileSummary {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

const EXACT = 1000;
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);

export class Quantiles {
  #values: number[] | undefined = [];
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #unknown = 0;
  #max = 0;

  /** How many lengths were NaN, of which nothing else is told. */
  get unknown(): number {
    return this.#unknown;
  }

  /** Takes a length of 0 or more, or NaN. */
  add(value: number): void {
    if (Number.isNaN(value)) {
      this.#unknown += 1;
      return;
    }
    this.#count += 1;
    this.#max = Math.max(this.#max, value);
    if (this.#values === undefined) {
      this.#sketch(value);
      return;
    }
    this.#values.push(value);
    if (this.#values.length <= EXACT) return;
    for (const each of this.#values) this.#sketch(each);
    this.#values = undefined;
  }

  /** By nearest rank; null when nothing was added. */
  get summary(): QuantileSummary | null {
    if (this.#count === 0) return null;
    return {p50: this.#quantile(0.5), p95: this.#quantile(0.95), max: this.#max};
  }

  #quantile(q: number): number {
    const rank = Math.ceil(q * this.#count);
    if (this.#values !== undefined) return this.#values.toSorted((a, b) => a - b)[rank - 1] ?? 0;
    let seen = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return bucket === ZERO ? 0 : Math.min((2 * GAMMA ** bucket) / (GAMMA + 1), this.#max);
    }
    return this.#max;
  }

  #sketch(value: number): void {
    const bucket = value < 1 ? ZERO : Math.ceil(Math.log(value) / LOG_GAMMA);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }
}

/** Of lengths below a millisecond. */
const ZERO = -1;
