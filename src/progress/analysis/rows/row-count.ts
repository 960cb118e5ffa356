/** How many rows a phase has done of how many, from records that tell a sum, or batches, or both. */
import type {ProgressRecord} from '../../record.ts';
import {RecentRows} from './recent-rows.ts';

/** Threads tell their sums a little out of order; one that fell below this share of the largest was begun anew. */
const RESTART_SHARE = 0.5;
/** So many sums below the largest in a row are not out of order: some of the work is done again. */
const MOST_BEHIND = 8;

export class RowCount {
  readonly recent = new RecentRows();
  #told: number | undefined;
  #counted = 0;
  #total: number | undefined;
  #behind = 0;

  /** Rows done, as the worker tells it; where it tells no sum, those of the batches. Undefined where it told neither. */
  get done(): number | undefined {
    return this.#told ?? (this.#counted > 0 ? this.#counted : undefined);
  }

  /** Whether it told the sum itself. */
  get isSum(): boolean {
    return this.#told !== undefined;
  }

  /** Rows there are to do, where the worker told. Of which more are done, that was something else. */
  get total(): number | undefined {
    return (this.done ?? 0) > (this.#total ?? 0) ? undefined : this.#total;
  }

  /** Takes what a record tells; returns how many rows were done since the one before. */
  add(record: ProgressRecord, at: number): number {
    this.#total = record.rows_total ?? this.#total;
    const {rows_processed: told} = record;
    if (told === undefined) return this.#count(batchRows(record) ?? 0, at);
    const before = this.#told;
    if (before === undefined) return this.#begin(told, record, at);
    if (told >= before) {
      this.#behind = 0;
      this.#told = told;
      return this.#count(told - before, at);
    }
    this.#behind += 1;
    if (told < before * RESTART_SHARE) return this.#begin(told, record, at);
    if (this.#behind > MOST_BEHIND) this.#begin(told, {...record, sub_phase: 'start'}, at);
    return 0;
  }

  #count(rows: number, at: number): number {
    this.#counted += rows;
    this.recent.add(rows, at);
    return rows;
  }

  /** Of a first sum only the rows of its batch were done since the record before: the others may have been done long ago. */
  #begin(told: number, record: ProgressRecord, at: number): number {
    const isAnew = this.#told !== undefined;
    this.#told = told;
    this.#behind = 0;
    if (record.sub_phase === 'start') {
      this.recent.restart(at);
      return 0;
    }
    const rows = Math.min(batchRows(record) ?? told, told);
    if (isAnew || batchRows(record) === undefined) {
      this.recent.restart(at);
      this.#counted += rows;
      return rows;
    }
    return this.#count(rows, at);
  }
}

/** The rows that were done in a batch: what a start tells of its batch is not done yet. */
export function batchRows({sub_phase, batch_rows}: ProgressRecord): number | undefined {
  return sub_phase === 'start' || batch_rows === undefined ? undefined : Math.max(0, batch_rows);
}
