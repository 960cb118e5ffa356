/** One run of a worker, from its records in their order, in constant memory. */
import {isTerminal, type ProgressRecord} from '../record.ts';
import type {Phase} from './phase.ts';
import type {EtaReport, OpenPhase, ProgressNow, RunOutcome, RunReport} from './report.ts';
import {RunClock} from './run-clock.ts';
import {type Label, labelsOf} from './run-labels.ts';
import {type Span, Spans} from './spans.ts';

export class Run {
  readonly #clock: RunClock;
  readonly #spans = new Spans();
  readonly #labels: Readonly<Record<string, Label>>;
  readonly #first: ProgressRecord;
  #last: ProgressRecord;
  #at = 0;
  #records = 0;
  #outcome: RunOutcome = 'running';
  #error: string | undefined;
  #rssPeak: number | undefined;
  /** The phase that told last how many rows there are to do, else how many are done. */
  #counted: Phase | undefined;

  constructor(first: ProgressRecord) {
    this.#clock = new RunClock(first);
    this.#first = first;
    this.#last = first;
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

  add(record: ProgressRecord): void {
    this.#at = this.#clock.at(record);
    this.#last = record;
    this.#records += 1;
    if (record.rss_mib !== undefined) this.#rssPeak = Math.max(this.#rssPeak ?? 0, record.rss_mib);
    const outcome = isTerminal(record);
    this.#outcome = outcome ?? 'running';
    // What failed on the way did not matter in the end.
    this.#error = outcome === 'complete' ? undefined : (record.error ?? this.#error);
    if (outcome !== undefined) {
      this.#spans.close(this.#at);
      return;
    }
    const phase = this.#spans.add(record, this.#at);
    const hasTotal = this.#counted?.rows.total !== undefined;
    if (record.rows_total !== undefined || (record.rows_processed !== undefined && !hasTotal))
      this.#counted = phase;
  }

  /** `now`, in Unix milliseconds, where the run is looked at while it may go on. */
  report(now?: number): RunReport {
    const at = this.#until(now);
    const unclaimed = this.#spans.unclaimed.totalUntil(at);
    return {
      run_id: this.#first.run_id ?? null,
      pid: this.#first.pid ?? null,
      schema: this.#first.schema ?? null,
      labels: this.#labels,
      outcome: this.#outcome,
      error: this.#error ?? null,
      records: this.#records,
      started_at_ms: this.#clock.startedAt,
      last_at_ms: this.#last.ts_ms,
      elapsed_ms: Math.round(at),
      clock_jumps: this.#clock.jumps,
      phases: [...this.#spans.phases.values()].map(phase => phase.report(at, this.#busyOfOpen(phase, at))),
      unclaimed_ms: Math.round(unclaimed),
      unclaimed_share: at === 0 ? 0 : unclaimed / at,
      unclaimed_between: this.#spans.unclaimed.betweenUntil(at),
      open: this.#spans.open.map(span => this.#openPhase(span, at)),
      rows: this.#rows(),
      eta: this.#eta(at),
      rss_peak_mib: this.#rssPeak ?? null,
      last: {
        event: this.#last.event,
        phase: this.#last.phase,
        sub_phase: this.#last.sub_phase,
        at_ms: this.#last.ts_ms,
        note: this.#last.note ?? null,
      },
    };
  }

  /** Where the run stands; cheaper than a report. */
  now(now?: number): ProgressNow {
    const at = this.#until(now);
    const open = this.#spans.open.at(-1);
    const rate = this.#counted?.rows.rate(at);
    return {
      run_id: this.#first.run_id ?? null,
      outcome: this.#outcome,
      phase: open?.phase.name ?? this.#last.phase,
      open: open === undefined ? null : this.#openPhase(open, at),
      rows_processed: this.#counted?.rows.done ?? null,
      rows_total: this.#counted?.rows.total ?? null,
      rows_per_sec: rate?.rowsPerSec ?? null,
      remaining_ms: this.#eta(at)?.remaining_ms ?? null,
      note: this.#last.note ?? null,
    };
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
      since_ms: Math.round(this.#clock.wall(since)),
      open_ms: Math.round(at - since),
      expect_ms: expectMs ?? null,
    };
  }

  #rows(): RunReport['rows'] {
    const {rows, name} = this.#counted ?? {};
    if (rows?.total === undefined || name === undefined) return null;
    return {processed: rows.done, total: rows.total, phase: name};
  }

  #eta(at: number): EtaReport | null {
    const rows = this.#rows();
    const rate = this.#counted?.rows.rate(at);
    if (rows === null || rate === undefined || this.#outcome !== 'running') return null;
    const remaining = rows.total - rows.processed;
    if (remaining <= 0) return null;
    const ms = Math.round((remaining / rate.rowsPerSec) * 1000);
    return {
      remaining_ms: ms,
      at_ms: Math.round(this.#clock.wall(at)) + ms,
      basis: {
        phase: rows.phase,
        rows_remaining: remaining,
        rows_per_sec: rate.rowsPerSec,
        over_ms: Math.round(rate.overMs),
        records: rate.records,
      },
    };
  }
}
