/**
 * How fast rows were done lately: in a window of time, not of records, in constant memory. The window is cut into slices of
 * equal time, and the rate is the median of theirs: a burst, or rows that are skipped because they were done before, lie in
 * one or two slices and do not change it. How the slices differ says how far to trust it.
 */
export interface RecentRate {
  /** Rows per second; `slow` and `fast` are those that all but the slowest and the fastest slice lie within. */
  readonly rowsPerSec: number;
  readonly slow: number;
  readonly fast: number;
  readonly overMs: number;
  /** That counted rows, in that time. */
  readonly records: number;
  /** Since the last of them, as far as it usually takes from one to the next: so much of the next one is done. */
  readonly aheadMs: number;
}

interface Point {
  readonly at: number;
  /** Rows and records until then. */
  readonly rows: number;
  readonly records: number;
}

const WINDOW_MS = 5 * 60_000;
const MOST_POINTS = 64;
/** A worker whose batches take long is judged by so many of them at least, however long that was. */
const LEAST_POINTS = 9;
const SLICES = 8;
/** A shorter time says nothing about how it will go on. */
const LEAST_MS = 200;

export class RecentRows {
  #points: Point[] = [];
  #rows = 0;
  #records = 0;
  /** Points are no closer than this. */
  #spacing = 0;

  /** Rows that were done until a moment of the run; what happened at an unknown one (NaN) tells no rate. */
  add(rows: number, at: number): void {
    if (Number.isNaN(at) || (rows === 0 && this.#points.length > 0)) return;
    this.#rows += rows;
    this.#records += 1;
    const point = {at, rows: this.#rows, records: this.#records};
    const before = this.#points.at(-2);
    if (before !== undefined && at - before.at < this.#spacing) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length > MOST_POINTS) this.#thin();
    this.#forgetOld(at);
  }

  /** What was done before does not tell how it goes on. */
  restart(at: number): void {
    this.#points = [];
    this.#spacing = 0;
    this.add(0, at);
  }

  /** Undefined where there are too few rows or too little time to tell. `now` in the run's time. */
  rate(now: number): RecentRate | undefined {
    const [first] = this.#points;
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.rows === first.rows) return undefined;
    const usual = this.#longestGap();
    const since = Math.max(0, now - last.at) || 0;
    // Who has told nothing for longer than usual stands still.
    const until = last.at + Math.max(0, since - usual);
    const overMs = until - first.at;
    if (overMs < LEAST_MS) return undefined;
    const rates = this.#slices(first.at, until).sort((a, b) => a - b);
    const rowsPerSec = ((rates[SLICES / 2 - 1] ?? 0) + (rates[SLICES / 2] ?? 0)) / 2;
    if (rowsPerSec <= 0) return undefined;
    const mean = ((last.rows - first.rows) / overMs) * 1000;
    return {
      rowsPerSec,
      slow: rates[1] || Math.min(mean, rowsPerSec),
      fast: rates[SLICES - 2] ?? rowsPerSec,
      overMs,
      records: last.records - first.records + 1,
      aheadMs: Math.min(since, usual),
    };
  }

  /** Rows per second of each. Between two records rows are done evenly, as far as anybody knows. */
  #slices(from: number, to: number): number[] {
    const width = (to - from) / SLICES;
    const done = Array.from({length: SLICES + 1}, (_, slice) => this.#doneAt(from + slice * width));
    return done.slice(1).map((rows, slice) => ((rows - (done[slice] ?? 0)) / width) * 1000);
  }

  #doneAt(at: number): number {
    const behind = this.#points.findIndex(point => point.at > at);
    const [before, after] =
      behind < 0 ? [this.#points.at(-1), undefined] : [this.#points[behind - 1], this.#points[behind]];
    if (before === undefined || after === undefined) return before?.rows ?? after?.rows ?? 0;
    return before.rows + ((after.rows - before.rows) * (at - before.at)) / (after.at - before.at);
  }

  #longestGap(): number {
    let longest = 0;
    for (let at = 1; at < this.#points.length; at++)
      longest = Math.max(longest, (this.#points[at]?.at ?? 0) - (this.#points[at - 1]?.at ?? 0));
    return longest;
  }

  /** Of points that are too many for their time every other one is kept, and from then on as few. */
  #thin(): void {
    this.#points = this.#points.filter((_, at) => at % 2 === 0);
    const [first] = this.#points;
    const last = this.#points.at(-1);
    if (first !== undefined && last !== undefined) this.#spacing = (last.at - first.at) / this.#points.length;
  }

  #forgetOld(now: number): void {
    let old = 0;
    while (this.#points.length - old > LEAST_POINTS && now - (this.#points[old + 1]?.at ?? now) >= WINDOW_MS)
      old += 1;
    if (old > 0) this.#points = this.#points.slice(old);
  }
}
