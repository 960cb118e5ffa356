/**
 * Where the time of a worker goes, from its progress records in their order, in constant memory. Records of several runs
 * and writers may be mixed.
 */
import type {ProgressRecord} from '../record.ts';
import {MOST_RUNS, type OpenPhase, type ProgressNow, type ProgressReport} from './report.ts';
import {unnamedRunOf} from './unnamed-runs.ts';
import {Run} from './worker-run.ts';

export type OpenPhaseOfRun = OpenPhase & {readonly run_id: string | null};

export class ProgressAnalysis {
  /** In the order of their first records. */
  readonly #runs = new Set<Run>();
  readonly #named = new Map<string, Run>();
  /** Of those without a `run_id`, by writer. */
  readonly #unnamed = new Map<string, Run[]>();
  #newest: Run | undefined;
  /** Those that have not ended, in the order of their last records. */
  readonly #open = new Set<Run>();
  #records = 0;
  #skippedLines = 0;
  #skippedBytes = 0;
  #earlier = 0;

  add(record: ProgressRecord): void {
    this.#records += 1;
    const run = this.#runOf(record);
    run.add(record);
    if (run !== this.#newest || run.outcome !== 'running') this.#open.delete(run);
    if (run.outcome === 'running') this.#open.add(run);
    this.#newest = run;
  }

  /** A line of so many bytes was no record. */
  skip(bytes: number): void {
    this.#skippedLines += 1;
    this.#skippedBytes += bytes;
  }

  /** `now`, in Unix milliseconds, while the worker may go on. */
  report(now?: number): ProgressReport {
    return {
      records: this.#records,
      skipped: {lines: this.#skippedLines, bytes: this.#skippedBytes},
      runs: [...this.#runs].map(run => run.report(now)),
      earlier_runs: this.#earlier,
    };
  }

  /**
   * Where the newest run stands that has not ended, else that of the newest record: one that is complete does not hide
   * another one that is stuck. Undefined before the first record.
   */
  now(now?: number): ProgressNow | undefined {
    return ([...this.#open].at(-1) ?? this.#newest)?.now(now);
  }

  /** The phases that are open, of all runs that have not ended. */
  openPhases(now?: number): OpenPhaseOfRun[] {
    return [...this.#open].flatMap(run =>
      run.openPhases(now).map(open => ({run_id: run.runId ?? null, ...open})),
    );
  }

  #runOf(record: ProgressRecord): Run {
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
    const known = unnamedRunOf(record, runs);
    if (known !== undefined) return known;
    const run = this.#begin(record);
    this.#unnamed.set(writer, [...runs.filter(each => this.#runs.has(each)), run]);
    return run;
  }

  #begin(first: ProgressRecord): Run {
    const run = new Run(first);
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
    this.#open.delete(run);
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
