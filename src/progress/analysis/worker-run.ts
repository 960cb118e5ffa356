/** One run of a worker, from its records in their order, in constant memory. */
import {digestOf, type PlacedRecord} from '../digest.ts';
import {isTerminal, type ProgressRecord} from '../record.ts';
import type {ClockReading} from './clocks/clock-reading.ts';
import {RunClock} from './clocks/run-clock.ts';
import {orNull, roundedOrNull} from './or-null.ts';
import type {Phase} from './phase.ts';
import type {EtaReport, OpenPhase, ProgressNow, RunOutcome, RunReport} from './report.ts';
import type {RecentRate} from './rows/recent-rows.ts';
import {countedPhase, remainingOf, rowsOf} from './rows/rows-of-run.ts';
import {type Label, labelsOf} from './run-labels.ts';
import {type Span, Spans} from './spans.ts';

export class Run {
  readonly #clock: RunClock;
  readonly #spans = new Spans();
  readonly #labels: Readonly<Record<string, Label>>;
  readonly #first: ProgressRecord;
  readonly #firstOrder: number;
  #last: ProgressRecord;
  #lastOrder: number;
  #clocks: ClockReading = UNKNOWN;
  #at = Number.NaN;
  #breaks = 0;
  #records = 0;
  #outcome: RunOutcome = 'running';
  #error: string | undefined;
  #rssPeak: number | undefined;

  /** `order`: how many records of the file were before it. `earliestAt`: no record was written before, Unix milliseconds. */
  constructor(first: ProgressRecord, order: number, earliestAt: number) {
    this.#clock = new RunClock(earliestAt);
    this.#first = first;
    this.#firstOrder = order;
    this.#last = first;
    this.#lastOrder = order;
    this.#labels = labelsOf(first);
  }

  get outcome(): RunOutcome {
    return this.#outcome;
  }

  get runId(): string | undefined {
    return this.#first.run_id;
  }

  /** The last record of it. */
  get last(): ProgressRecord {
    return this.#last;
  }

  /** What the clocks of that one told. */
  get clocks(): ClockReading {
    return this.#clocks;
  }

  /** How many records of the file were before the last one of it. */
  get lastOrder(): number {
    return this.#lastOrder;
  }

  /** Takes its next record; so many of the file were before it. False where the run is over, and this begins nothing. */
  add(record: ProgressRecord, clocks: ClockReading, order: number): boolean {
    // Who beats on when all is done has not begun again.
    if (this.#outcome !== 'running' && record.sub_phase !== 'start' && isTerminal(record) === undefined) {
      this.#records += 1;
      return false;
    }
    this.#at = this.#clock.at(record.pid, clocks);
    this.#clocks = clocks;
    if (this.#clock.breaks !== this.#breaks) {
      this.#breaks = this.#clock.breaks;
      this.#spans.forgetTimes();
    }
    this.#last = record;
    this.#lastOrder = order;
    this.#records += 1;
    if (record.rss_mib !== undefined) this.#rssPeak = Math.max(this.#rssPeak ?? 0, record.rss_mib);
    const outcome = isTerminal(record);
    this.#outcome = outcome ?? 'running';
    // What failed on the way did not matter in the end.
    this.#error = outcome === 'complete' ? undefined : (record.error ?? this.#error);
    if (outcome !== undefined) {
      this.#spans.close(this.#at);
      return true;
    }
    this.#spans.add(record, this.#at, order);
    return true;
  }

  /** `now`, in Unix milliseconds, where the run is looked at while it may go on. */
  report(now: number | undefined, isMoving: boolean): RunReport {
    const at = this.#until(now);
    const elapsed = this.#clock.lengthUntil(at);
    const unclaimed = this.#spans.unclaimed.totalUntil(at);
    return {
      run_id: this.#first.run_id ?? null,
      pid: this.#first.pid ?? null,
      schema: this.#first.schema ?? null,
      labels: this.#labels,
      outcome: this.#outcome,
      error: this.#error ?? null,
      records: this.#records,
      started_at_ms: roundedOrNull(this.#clock.startedAt),
      last_at_ms: orNull(this.#clocks.wall),
      elapsed_ms: roundedOrNull(elapsed),
      clock_jumps: this.#clock.jumps,
      phases: [...this.#spans.phases.values()].map(phase =>
        phase.report(at, elapsed, this.#busyOfOpen(phase, at)),
      ),
      phase: this.#phase(),
      unclaimed_ms: roundedOrNull(unclaimed),
      unclaimed_share: elapsed === 0 ? 0 : orNull(unclaimed / elapsed),
      unclaimed_between: this.#spans.unclaimed.betweenUntil(at),
      open: this.#spans.open.map(span => this.#openPhase(span, at)),
      rows: this.#rows(),
      eta: this.#eta(at, isMoving),
      rss_peak_mib: this.#rssPeak ?? null,
      last: {
        event: this.#last.event,
        phase: this.#last.phase,
        sub_phase: this.#last.sub_phase,
        at_ms: orNull(this.#clocks.wall),
        note: this.#last.note ?? null,
      },
    };
  }

  /** Where the run stands; cheaper than a report. */
  now(now: number | undefined, isMoving: boolean): ProgressNow {
    const at = this.#until(now);
    const open = this.#innermost;
    const [rows, rate, eta] = [this.#rows(), this.#rate(at), this.#eta(at, isMoving)];
    return {
      run_id: this.#first.run_id ?? null,
      outcome: this.#outcome,
      phase: this.#phase(),
      open: open === undefined ? null : this.#openPhase(open, at),
      rows_processed: rows?.processed ?? null,
      rows_total: rows?.total ?? null,
      rows_phase: rows?.phase ?? null,
      rows_per_sec: rate?.rowsPerSec ?? null,
      rate_basis: rate === undefined ? null : {over_ms: Math.round(rate.overMs), records: rate.records},
      remaining_ms: eta?.remaining_ms ?? null,
      remaining_range_ms: eta?.range_ms ?? null,
      note: this.#last.note ?? null,
    };
  }

  /** The few records that stand for all of it. */
  digest(): PlacedRecord[] {
    return digestOf({
      first: {record: this.#first, order: this.#firstOrder},
      last: {record: this.#last, order: this.#lastOrder},
      openers: this.#spans.open.map(({opener}) => opener),
      rows: [...this.#spans.phases.values()].map(({rowsSoFar}) => rowsSoFar),
    });
  }

  /** Its phases that are open, oldest first. */
  openPhases(now?: number): OpenPhase[] {
    const at = this.#until(now);
    return this.#spans.open.map(span => this.#openPhase(span, at));
  }

  #until(now: number | undefined): number {
    return now === undefined || this.#outcome !== 'running' ? this.#at : this.#clock.within(now);
  }

  #busyOfOpen(phase: Phase, at: number): number {
    let busy = 0;
    for (const span of this.#spans.open) if (span.phase === phase) busy += at - span.since;
    return busy;
  }

  #openPhase({phase, event, batchIndex, since, expectMs}: Span, at: number): OpenPhase {
    return {
      phase: phase.name,
      event,
      batch_index: batchIndex ?? null,
      since_ms: roundedOrNull(this.#clock.wall(since)),
      open_ms: roundedOrNull(at - since),
      expect_ms: expectMs ?? null,
    };
  }

  #phase(): string {
    return this.#innermost?.phase.name ?? this.#last.phase;
  }

  /** What it is in now: of the open ones the last to be opened. */
  get #innermost(): Span | undefined {
    return this.#spans.open.at(-1);
  }

  /** The phase whose rows tell how far the run is. */
  get #counted(): Phase | undefined {
    return countedPhase(this.#spans.phases.values());
  }

  #rows(): RunReport['rows'] {
    const counted = this.#counted;
    return counted === undefined ? null : rowsOf(counted);
  }

  #rate(at: number): RecentRate | undefined {
    return this.#outcome === 'running' ? this.#counted?.rows.recent.rate(at) : undefined;
  }

  #eta(at: number, isMoving: boolean): EtaReport | null {
    const counted = this.#counted;
    const rate = isMoving ? this.#rate(at) : undefined;
    if (counted === undefined || rate === undefined) return null;
    const left = remainingOf(counted, rate);
    if (left === undefined) return null;
    return {
      remaining_ms: left.ms,
      range_ms: left.range,
      at_ms: roundedOrNull(this.#clock.wall(at) + left.ms),
      basis: {
        phase: counted.name,
        rows_remaining: left.rows,
        rows_per_sec: rate.rowsPerSec,
        over_ms: Math.round(rate.overMs),
        records: rate.records,
      },
    };
  }
}

const UNKNOWN: ClockReading = {wall: Number.NaN, elapsed: Number.NaN, most: 0};
