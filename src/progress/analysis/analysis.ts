/**
 * Where the time of a worker goes, from its progress records in their order, in constant memory. Records of several runs
 * and writers may be mixed. Writers that give no `run_id` can only be told apart by their pid; a run of theirs ends with
 * its terminal record, or where `elapsed_ms` falls.
 */
import type {ProgressRecord} from '../record.ts';
import {MOST_RUNS, type ProgressNow, type ProgressReport} from './report.ts';
import {Run} from './run.ts';

export class ProgressAnalysis {
  readonly #runs = new Map<string, Run>();
  /** Of writers without a `run_id`: how many runs each has begun. */
  readonly #begun = new Map<string, number>();
  #newest: Run | undefined;
  #records = 0;
  #skippedLines = 0;
  #skippedBytes = 0;
  #earlier = 0;

  add(record: ProgressRecord): void {
    this.#records += 1;
    const run = this.#runOf(record);
    run.add(record);
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
      runs: [...this.#runs.values()].map(run => run.report(now)),
      earlier_runs: this.#earlier,
    };
  }

  /** Where the run of the newest record stands; undefined before the first record. */
  now(now?: number): ProgressNow | undefined {
    return this.#newest?.now(now);
  }

  #runOf(record: ProgressRecord): Run {
    const key = record.run_id === undefined ? this.#unnamedRun(record) : `named ${record.run_id}`;
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const run = new Run(record);
    this.#runs.set(key, run);
    if (this.#runs.size > MOST_RUNS) this.#forgetOne();
    return run;
  }

  #unnamedRun({schema, pid, elapsed_ms}: ProgressRecord): string {
    const writer = JSON.stringify([schema, pid]);
    const begun = this.#begun.get(writer) ?? 0;
    const run = this.#runs.get(`${writer} ${begun}`);
    const isAnother =
      run !== undefined && (run.outcome !== 'running' || (elapsed_ms ?? Infinity) < (run.lastElapsedMs ?? 0));
    if (isAnother) this.#begun.set(writer, begun + 1);
    return `${writer} ${isAnother ? begun + 1 : begun}`;
  }

  /** The oldest run that has ended, else the oldest. */
  #forgetOne(): void {
    const [oldest] = this.#runs.keys();
    const ended = [...this.#runs].find(([, run]) => run.outcome !== 'running')?.[0];
    this.#runs.delete(ended ?? oldest ?? '');
    this.#earlier += 1;
  }
}
