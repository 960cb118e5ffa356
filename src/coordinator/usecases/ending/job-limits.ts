import type {Run} from '../job-run.ts';
import type {Canceller} from './cancel.ts';
import {MemoryLimits, type MemoryLimitsOptions} from './memory-limits.ts';
import {TimeLimits, type TimeLimitsOptions} from './time-limits.ts';

/** Whatever ends a job that takes more than it may, of time or memory. */
export class JobLimits {
  readonly #limits: readonly (TimeLimits | MemoryLimits)[];

  constructor(options: TimeLimitsOptions & MemoryLimitsOptions, canceller: Pick<Canceller, 'cancel'>) {
    this.#limits = [new TimeLimits(options, canceller), new MemoryLimits(options, canceller)];
  }

  /** From now on, of a job whose start is recorded; the returned function is called when its command has ended. */
  begin(run: Run): () => void {
    const stops = this.#limits.map(limit => limit.begin(run));
    return () => {
      for (const stop of stops) stop();
    };
  }
}
