/** What one phase of a run took and did. */
import type {PhaseRows, PlacedRecord} from '../digest.ts';
import type {ProgressRecord} from '../record.ts';
import {orNull, roundedOrNull} from './or-null.ts';
import {OverTime} from './over-time.ts';
import {Quantiles} from './quantiles.ts';
import type {PhaseReport} from './report.ts';
import {batchRows, RowCount} from './rows/row-count.ts';

export class Phase {
  readonly name: string;
  readonly rows = new RowCount();
  readonly #spans = new Quantiles();
  readonly #overTime = new OverTime();
  #count = 0;
  #errors = 0;
  #busy = 0;
  #ended = 0;
  #wall = 0;
  /** How many of its spans are open, and since when at least one is. */
  #open = 0;
  #openSince = 0;
  #rowsDone = 0;
  /** Of those the ones that were done before it was open. */
  #rowsBefore = 0;
  #bytes = 0;
  #tellsSum = false;
  #counted: PlacedRecord | undefined;
  #toldTotal: PlacedRecord | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** A span begins; at an unknown time, NaN, as all times can be. */
  begin(at: number): void {
    if (this.#open === 0) this.#openSince = at;
    this.#open += 1;
  }

  /** A span that was begun will not end by itself: its time counts, its length tells nothing. */
  abandon(since: number, at: number): void {
    this.#open -= 1;
    if (this.#open === 0) this.#wall += at - this.#openSince;
    this.#busy += at - since;
  }

  /** Ends a span that was begun. */
  end(since: number, at: number, isError: boolean): void {
    this.abandon(since, at);
    this.#spans.add(at - since);
    this.#ended += at - since;
    this.#count += 1;
    if (isError) this.#errors += 1;
  }

  /** Nothing tells how much time passed since the record before. */
  forgetTimes(): void {
    this.#openSince = Number.NaN;
    this.rows.recent.restart(Number.NaN);
  }

  /** How many records of the file were before the last one that told of its rows; undefined where none did. */
  get toldRowsAt(): number | undefined {
    const orders = [this.#counted, this.#toldTotal].flatMap(told => told?.order ?? []);
    return orders.length === 0 ? undefined : Math.max(...orders);
  }

  /** What is to be known of its rows by who goes on from here. */
  get rowsSoFar(): PhaseRows {
    const {done, total} = this.rows;
    return {done, total, tellsSum: this.#tellsSum, counted: this.#counted, toldTotal: this.#toldTotal};
  }

  /** Takes the amounts that a record tells, the so manieth of the file. What is told by one that only opens the phase took none of its time. */
  count(record: ProgressRecord, at: number, order: number, isOpening: boolean): void {
    const placed = {record, order};
    if (record.rows_total !== undefined) this.#toldTotal = placed;
    if (record.rows_processed !== undefined) this.#tellsSum = true;
    const counted = this.#tellsSum ? record.rows_processed : batchRows(record);
    if (counted !== undefined) this.#counted = placed;
    const rows = this.rows.add(record, at);
    if (isOpening) this.#rowsBefore += rows;
    const bytes = record.sub_phase === 'start' ? 0 : Math.max(0, record.bytes ?? 0);
    if (rows === 0 && bytes === 0) return;
    this.#rowsDone += rows;
    this.#bytes += bytes;
    this.#overTime.add(at, rows, bytes);
  }

  /** Time in which it was open until a moment of the run. */
  wallUntil(at: number): number {
    return this.#wall + (this.#open === 0 ? 0 : at - this.#openSince);
  }

  /** Until a moment of a run that had gone on for so long. `busyOfOpen`: of its spans that are open, until then. */
  report(at: number, elapsed: number, busyOfOpen: number): PhaseReport {
    const wall = this.wallUntil(at);
    const perSecond = (amount: number) =>
      amount === 0 || wall === 0 ? null : orNull((amount / wall) * 1000);
    return {
      phase: this.name,
      count: this.#count,
      errors: this.#errors,
      wall_ms: roundedOrNull(wall),
      share: elapsed === 0 ? 0 : orNull(wall / elapsed),
      busy_ms: roundedOrNull(this.#busy + busyOfOpen),
      ended_ms: roundedOrNull(this.#ended),
      span_ms: this.#spans.summary,
      spans_unknown: this.#spans.unknown,
      rows: this.#rowsDone,
      bytes: this.#bytes,
      rows_per_sec: perSecond(this.#rowsDone - this.#rowsBefore),
      bytes_per_sec: perSecond(this.#bytes),
      over_time: this.#overTime.amounts,
    };
  }
}
