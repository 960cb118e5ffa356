/**
 * Unfinished jobs that run where their pids mean nothing here, in another pid namespace or on another machine. They are
 * not this coordinator's: it only knows of them, and neither keeps it from leaving, so that their own can have the lock.
 */
import {type JobKey, keyText, type ProcessSpace} from '../../../base/index.ts';
import {type Elsewhere, type Job, type JobSummary, keyOf, type Reconciled} from '../../domain/index.ts';
import type {JobRunner} from '../../ports/index.ts';
import type {TakenOver} from './take-over.ts';

export interface LeftJob extends Elsewhere {
  readonly job: Job;
}

interface Entry extends LeftJob {
  /** What its row says. */
  readonly row: JobSummary;
  readonly unwatch: () => void;
}

export class LeftJobs {
  readonly #runner: Pick<JobRunner, 'whenEnded'>;
  readonly #takeOver: (row: JobSummary) => void;
  readonly #entries = new Map<string, Entry>();

  /** `takeOver` looks at a job again, and adds it again if it still is not ours. */
  constructor(runner: Pick<JobRunner, 'whenEnded'>, takeOver: (row: JobSummary) => void) {
    this.#runner = runner;
    this.#takeOver = takeOver;
  }

  /** The end of one that runs on this kernel is an event here too: then there is nothing left to signal, only to record. */
  add(
    row: JobSummary,
    {job, decision, space}: TakenOver & {readonly decision: Extract<Reconciled, {action: 'leave'}>},
  ): void {
    const {whereabouts} = decision;
    this.#entries.get(keyText(keyOf(row.spec)))?.unwatch(); // found again, as when a repository's database is tried again
    const again = () => this.#again(keyOf(row.spec));
    const unwatch = whereabouts === 'beside' ? this.#runner.whenEnded(job.spec, again) : () => undefined;
    this.#entries.set(keyText(keyOf(row.spec)), {row, job, whereabouts, space: space ?? UNKNOWN, unwatch});
  }

  /** Looks at it again; undefined when it is none of these, or not any more. */
  find(key: JobKey): LeftJob | undefined {
    this.#again(key);
    return this.#entries.get(keyText(key));
  }

  get all(): readonly LeftJob[] {
    return [...this.#entries.values()];
  }

  stop(): void {
    for (const {unwatch} of this.#entries.values()) unwatch();
    this.#entries.clear();
  }

  #again(key: JobKey): void {
    const entry = this.#entries.get(keyText(key));
    if (entry === undefined) return;
    entry.unwatch();
    this.#entries.delete(keyText(key));
    this.#takeOver(entry.row);
  }
}

const UNKNOWN: ProcessSpace = {host: 'unknown', boot_id: null, pid_ns: null};
