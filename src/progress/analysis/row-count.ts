/** How many rows a phase has done, from records that tell a sum, or batches, or both; and how fast, lately. */
import type {ProgressRecord} from '../record.ts';

interface Point {
  readonly at: number;
  readonly done: number;
}

export interface RecentRate {
  readonly rowsPerSec: number;
  readonly overMs: number;
  readonly records: number;
}

/** The rate is reckoned from so many of the newest records that counted rows. */
const RECENT = 64;

export class RowCount {
  #told: number | undefined;
  #counted = 0;
  #total: number | undefined;
  #recent: Point[] = [];

  /** Rows done, as the worker tells it; where it tells no sum, those of the batches. */
  get done(): number {
    return this.#told ?? this.#counted;
  }

  /** Rows there are to do, where the worker told. */
  get total(): number | undefined {
    return this.#total;
  }

  /** Takes what a record tells; returns how many rows were done since the one before. */
  add(record: ProgressRecord, at: number): number {
    this.#total = record.rows_total ?? this.#total;
    const rows = this.#newRows(record);
    this.#counted += rows;
    if (record.rows_processed !== undefined) {
      if (this.#told !== undefined && record.rows_processed < this.#told) this.#recent = [];
      this.#told = record.rows_processed;
    }
    if (rows > 0 || this.#recent.length === 0) this.#remember({at, done: this.done});
    return rows;
  }

  /** Of wall time, until `now` in the run: a worker that stands still gets slower. */
  rate(now: number): RecentRate | undefined {
    const [first] = this.#recent;
    const last = this.#recent.at(-1);
    if (first === undefined || last === undefined || last.done <= first.done) return undefined;
    const overMs = Math.max(now, last.at) - first.at;
    if (overMs <= 0) return undefined;
    return {rowsPerSec: ((last.done - first.done) / overMs) * 1000, overMs, records: this.#recent.length};
  }

  /** What a start tells was done before it. A sum that fell begins anew. */
  #newRows({sub_phase, rows_processed, batch_rows}: ProgressRecord): number {
    const isStart = sub_phase === 'start';
    if (rows_processed === undefined) return isStart ? 0 : Math.max(0, batch_rows ?? 0);
    if (this.#told !== undefined && rows_processed >= this.#told) return rows_processed - this.#told;
    return isStart ? 0 : Math.max(0, Math.min(batch_rows ?? rows_processed, rows_processed));
  }

  #remember(point: Point): void {
    this.#recent.push(point);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }
}
