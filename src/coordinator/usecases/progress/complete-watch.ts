/**
 * Ends a job whose work is complete while its process goes on, where that is wanted: so long after it said so. One timer,
 * and only while all its runs are complete.
 */
import type {JobProgress} from '../../domain/index.ts';
import type {Timer} from '../../ports/index.ts';

export interface CompleteWatchOptions {
  readonly timer: Timer;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface CompletingJob {
  /** So long after its work was complete; null for never. */
  readonly afterMs: number | null;
  /** Takes in what the job reported and nobody has told yet. False while there is more. Does not throw. */
  readonly look: () => boolean;
  /** Ends it; since when its work was complete, Unix milliseconds. */
  readonly end: (since: number) => void;
}

/** While there is much to take in. */
const LOOK_AGAIN_MS = 1000;

export class CompleteWatch {
  readonly #options: CompleteWatchOptions;
  readonly #job: CompletingJob;
  #since: number | undefined;
  #stop: (() => void) | undefined;

  constructor(job: CompletingJob, options: CompleteWatchOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Where the job stands has changed, at this time in Unix milliseconds. */
  reported({outcome}: JobProgress, changedAt: number): void {
    const {afterMs} = this.#job;
    if (outcome !== 'complete') {
      this.close();
      this.#since = undefined;
    } else if (this.#since === undefined && afterMs !== null) {
      this.#since = changedAt;
      // A clock that was put back must not make the time longer.
      const passed = Math.max(0, this.#options.now() - changedAt);
      this.#endAfter(Math.max(0, afterMs - passed));
    }
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #endAfter(ms: number): void {
    this.#stop = this.#options.timer(ms, () => {
      const isBehind = !this.#job.look();
      if (this.#since === undefined) return;
      if (isBehind) this.#endAfter(LOOK_AGAIN_MS);
      else this.#job.end(this.#since);
    });
  }
}
