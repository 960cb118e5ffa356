/**
 * Ends jobs whose places others take (`--if-running replace`). Nothing is stored of that wish but the needs of the one that
 * waits, which are durable before anything is cancelled: whoever takes that one over has the wish anew, and ending what is being
 * ended already does nothing.
 */
import type {JobKey} from '../../../base/index.ts';
import {isEnded, type Job, type JobSummary, keyOf, needText} from '../../domain/index.ts';

export interface ReplacementsOptions {
  /** The last attempt of a job. */
  readonly findLast: (job: Omit<JobKey, 'attempt'>) => JobSummary | undefined;
  /** Who waits to take the place of this one. */
  readonly replacerOf: (job: JobSummary) => Job | undefined;
  readonly cancel: (key: JobKey, graceMs: number, reason: string) => Promise<unknown>;
  readonly report: (what: string, error: unknown) => void;
}

/** From TERM to KILL. */
const GRACE_MS = 10_000;

export class Replacements {
  readonly #options: ReplacementsOptions;

  constructor(options: ReplacementsOptions) {
    this.#options = options;
  }

  /** Jobs have come into the queue: those that they replace are to end, and they themselves, where others replace them. */
  queued(jobs: readonly Job[]): void {
    const {findLast, replacerOf} = this.#options;
    for (const job of jobs) {
      for (const {end, invocation, name} of job.spec.needs)
        if (end === 'gone') this.#end(findLast({repo: job.spec.repo, invocation, name}), job);
      const replacer = replacerOf(job);
      if (replacer !== undefined) this.#end(job, replacer);
    }
  }

  #end(job: JobSummary | undefined, replacer: Job): void {
    if (job === undefined || isEnded(job.state)) return;
    const {cancel, report} = this.#options;
    const {invocation, name} = replacer.spec;
    const reason = `it was replaced by ${needText({invocation: invocation.id, name})}`;
    cancel(keyOf(job.spec), GRACE_MS, reason).catch((error: unknown) =>
      report(`ending ${job.spec.name}, which is replaced`, error),
    );
  }
}
