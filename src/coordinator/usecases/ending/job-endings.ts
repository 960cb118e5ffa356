/** Which jobs are being ended, and when that is done. */
import {type JobKey, keyText} from '../../../base/index.ts';
import {type Job, keyOf} from '../../domain/index.ts';
import type {Timer} from '../../ports/index.ts';
import {Listeners} from '../listeners.ts';
import type {OpenJobs} from '../open-jobs.ts';
import type {CancelWishes} from './cancel-wishes.ts';

export interface JobEndingsOptions {
  readonly timer: Timer;
  readonly now: () => number;
}

/** From its KILL on a job is gone within seconds; a busy machine needs longer. */
const END_MS = 10_000;

export class JobEndings {
  /** Who waits until nothing more happens to end a job (see `isGone`), by its key. */
  readonly gone = new Listeners<Job>();
  readonly #options: JobEndingsOptions;
  readonly #jobs: OpenJobs;
  readonly #wishes: CancelWishes;

  constructor(options: JobEndingsOptions, jobs: OpenJobs, wishes: CancelWishes) {
    this.#options = options;
    this.#jobs = jobs;
    this.#wishes = wishes;
  }

  /** The jobs that are being ended, or whose leftovers are. */
  get underWay(): JobKey[] {
    const wanted = this.#jobs.runs.filter(({job: {state}}) => 'killAt' in state);
    const keys = [...wanted.map(({job}) => keyOf(job.spec)), ...this.#wishes.keys];
    return keys.filter(key => !this.#jobs.isGone(key));
  }

  /**
   * Resolves when no job is being ended any more, with those that were. Waits for each no longer than its grace time and a
   * while: on a full disk an end cannot be recorded.
   */
  async settled(): Promise<Job[]> {
    const jobs = new Map<string, Job>();
    const waitedFor = new Set<string>();
    for (;;) {
      const keys = this.underWay.filter(key => !waitedFor.has(keyText(key)));
      if (keys.length === 0) return [...jobs.values()];
      for (const job of await Promise.all(keys.map(key => this.#untilGone(key))))
        if (job !== undefined) jobs.set(keyText(keyOf(job.spec)), job);
      for (const key of keys) waitedFor.add(keyText(key));
    }
  }

  /** Undefined when it takes too long. */
  #untilGone(key: JobKey): Promise<Job | undefined> {
    const {timer, now} = this.#options;
    const state = this.#jobs.run(key)?.job.state;
    const untilKill = state !== undefined && 'killAt' in state ? (state.killAt ?? 0) - now() : 0;
    return new Promise(resolve => {
      const forget = this.gone.add(keyText(key), job => {
        stop();
        resolve(job);
      });
      const stop = timer(Math.max(0, untilKill) + END_MS, () => {
        forget();
        resolve(undefined);
      });
    });
  }
}
