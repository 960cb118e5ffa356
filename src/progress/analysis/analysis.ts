/**
 * Where the time of a worker goes, from its progress records in their order, in constant memory. Records of several runs
 * and writers may be mixed.
 */
import type {ProgressRecord} from '../record.ts';
import {type ClockReading, earliest, readClocks, type TimeBounds} from './clocks/clock-reading.ts';
import {unnamedRunOf} from './clocks/unnamed-runs.ts';
import {MOST_RUNS, type OpenPhase, type ProgressNow, type ProgressReport} from './report.ts';
import {Run} from './worker-run.ts';

export type OpenPhaseOfRun = OpenPhase & {readonly run_id: string | null};

/** Of which time an analysis is asked. */
export interface LiveView {
  /** The worker gets on, as far as is known: only then it makes sense to tell when it will be done. */
  readonly isMoving?: boolean;
}

/** Others have nothing to say any more. */
const MOST_ENDED_IN_DIGEST = 4;

export class ProgressAnalysis {
  readonly #bounds: TimeBounds;
  /** In the order of their first records. */
  readonly #runs = new Set<Run>();
  readonly #named = new Map<string, Run>();
  /** Of those without a `run_id`, by writer. */
  readonly #unnamed = new Map<string, Run[]>();
  #records = 0;
  #skippedLines = 0;
  #skippedBytes = 0;
  #earlier = 0;

  /** Told the last record. */
  #newest: Run | undefined;

  constructor(bounds: TimeBounds = {}) {
    this.#bounds = bounds;
  }

  add(record: ProgressRecord): void {
    const clocks = readClocks(record, this.#bounds);
    const run = this.#runOf(record, clocks);
    if (run.add(record, clocks, this.#records)) this.#newest = run;
    this.#records += 1;
  }

  /** A line of so many bytes was no record. */
  skip(bytes: number): void {
    this.#skippedLines += 1;
    this.#skippedBytes += bytes;
  }

  /** `now`, in Unix milliseconds, while the worker may go on. */
  report(now?: number, {isMoving = false}: LiveView = {}): ProgressReport {
    const runs = [...this.#runs];
    const current = this.#current();
    return {
      records: this.#records,
      skipped: {lines: this.#skippedLines, bytes: this.#skippedBytes},
      runs: runs.map(run => run.report(now, isMoving)),
      earlier_runs: this.#earlier,
      current_run: current === undefined ? null : runs.indexOf(current),
      now: current?.now(now, isMoving) ?? null,
    };
  }

  /** Where the current run stands; undefined before the first record. */
  now(now?: number, {isMoving = false}: LiveView = {}): ProgressNow | undefined {
    return this.#current()?.now(now, isMoving);
  }

  /** The phases that are open, of all runs that have not ended. */
  openPhases(now?: number): OpenPhaseOfRun[] {
    return [...this.#runs]
      .filter(({outcome}) => outcome === 'running')
      .flatMap(run => run.openPhases(now).map(open => ({run_id: run.runId ?? null, ...open})));
  }

  /**
   * A few records from which an analysis comes to the same `now` as from all that were read, also when others follow: of
   * each run that has not ended, and of the last that have.
   */
  digest(): ProgressRecord[] {
    const newest = [...this.#runs].sort((a, b) => b.lastOrder - a.lastOrder);
    const ended = new Set(newest.filter(({outcome}) => outcome !== 'running').slice(0, MOST_ENDED_IN_DIGEST));
    return newest
      .filter(run => run.outcome === 'running' || ended.has(run))
      .flatMap(run => run.digest())
      .sort((a, b) => a.order - b.order)
      .map(({record}) => record);
  }

  /** Of the runs that are not over the one that told last, because a worker that is stuck stands behind one that is done. */
  #current(): Run | undefined {
    if (this.#newest === undefined || this.#newest.outcome === 'running') return this.#newest;
    let current: Run | undefined;
    for (const run of this.#runs)
      if (run.outcome === 'running' && run.lastOrder > (current?.lastOrder ?? -1)) current = run;
    return current ?? this.#newest;
  }

  #runOf(record: ProgressRecord, clocks: ClockReading): Run {
    const {run_id} = record;
    if (run_id !== undefined) {
      const known = this.#newest?.runId === run_id ? this.#newest : this.#named.get(run_id);
      if (known !== undefined) return known;
      const run = this.#begin(record);
      this.#named.set(run_id, run);
      return run;
    }
    const writer = writerOf(record);
    const runs = this.#unnamed.get(writer) ?? [];
    const known = unnamedRunOf(clocks, runs);
    if (known !== undefined) return known;
    const run = this.#begin(record);
    this.#unnamed.set(writer, [...runs.filter(each => this.#runs.has(each)), run]);
    return run;
  }

  #begin(first: ProgressRecord): Run {
    const run = new Run(first, this.#records, earliest(this.#bounds));
    this.#runs.add(run);
    if (this.#runs.size > MOST_RUNS) this.#forgetOne();
    return run;
  }

  /** The oldest run that has ended, else the oldest. */
  #forgetOne(): void {
    const runs = [...this.#runs];
    const run = runs.find(({outcome}) => outcome !== 'running') ?? runs[0];
    if (run === undefined) return;
    this.#runs.delete(run);
    this.#earlier += 1;
    const {runId, last} = run;
    if (runId !== undefined) this.#named.delete(runId);
    else {
      const others = (this.#unnamed.get(writerOf(last)) ?? []).filter(each => each !== run);
      if (others.length === 0) this.#unnamed.delete(writerOf(last));
      else this.#unnamed.set(writerOf(last), others);
    }
  }
}

function writerOf({schema, pid}: ProgressRecord): string {
  return `${pid ?? ''} ${schema ?? ''}`;
}
