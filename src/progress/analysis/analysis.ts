/**
 * Where the time of a worker goes, from its progress records in their order, in constant memory. Records of several runs
 * and writers may be mixed.
 */
import type {ProgressRecord} from '../record.ts';
import {MOST_RUNS, type ProgressNow, type ProgressReport} from './report.ts';
import {unnamedRunOf} from './unnamed-runs.ts';
import {Run} from './worker-run.ts';

/** Others have nothing to say any more. */
const MOST_ENDED_IN_DIGEST = 4;

export class ProgressAnalysis {
  /** In the order of their first records. */
  readonly #runs = new Set<Run>();
  readonly #named = new Map<string, Run>();
  /** Of those without a `run_id`, by writer. */
  readonly #unnamed = new Map<string, Run[]>();
  #newest: Run | undefined;
  #records = 0;
  #skippedLines = 0;
  #skippedBytes = 0;
  #earlier = 0;

  add(record: ProgressRecord): void {
    const run = this.#runOf(record);
    run.add(record, this.#records);
    this.#records += 1;
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
      now: this.now(now) ?? null,
    };
  }

  /** Where the run of the newest record stands; undefined before the first record. */
  now(now?: number): ProgressNow | undefined {
    return this.#newest?.now(now);
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
    const run = new Run(first, this.#records);
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
