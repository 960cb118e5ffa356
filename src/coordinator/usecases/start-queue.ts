/** Which job starts when: in the order of submission, at most so many at once, one in each turn of the event loop. */
import {type Job, schedule} from '../domain/index.ts';
import type {Timer} from '../ports/index.ts';

export interface StartQueueOptions {
  readonly parallel: number;
  readonly timer: Timer;
  /** Starts a job, which is occupying a place by then; whoever starts it releases that. */
  readonly start: (job: Job) => void;
}

const RETRY_MS = 2000;

export class StartQueue {
  readonly #options: StartQueueOptions;
  readonly #waiting: Job[] = [];
  /** What counts against the limit: jobs that are being started, and whatever took their place since. */
  readonly #occupants = new Set<object>();
  #parallel: number;
  #scheduled = false;
  #isPaused = false;
  #isStopped = false;

  constructor(options: StartQueueOptions) {
    this.#options = options;
    this.#parallel = options.parallel;
  }

  get parallel(): number {
    return this.#parallel;
  }

  set parallel(limit: number) {
    this.#parallel = limit;
    this.#startSoon();
  }

  get counts(): {queued: number; running: number} {
    return {queued: this.#waiting.length, running: this.#occupants.size};
  }

  add(jobs: readonly Job[]): void {
    this.#waiting.push(...jobs);
    this.#startSoon();
  }

  /** Takes a job out that waits; undefined when it does not. */
  take(isMeant: (job: Job) => boolean): Job | undefined {
    const at = this.#waiting.findIndex(isMeant);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  get waiting(): readonly Job[] {
    return this.#waiting;
  }

  /** The job could not be started for a reason that passes: it is tried again after a while, and no other before it. */
  putBack(job: Job): void {
    this.#waiting.unshift(job);
    this.#isPaused = true;
    this.#options.timer(RETRY_MS, () => {
      this.#isPaused = false;
      this.#startSoon();
    });
  }

  /** Takes a place, also above the limit. */
  occupy(occupant: object): void {
    this.#occupants.add(occupant);
  }

  /** Gives the place to the next job. One that has none is no matter. */
  release(occupant: object): void {
    if (this.#occupants.delete(occupant)) this.#startSoon();
  }

  /** Starts nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
  }

  #startSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#isStopped || this.#isPaused) return;
      const [next] = schedule(this.#waiting, this.#occupants.size, this.#parallel);
      if (next === undefined) return;
      this.#waiting.shift();
      this.occupy(next);
      this.#options.start(next);
      this.#startSoon(); // one start blocks for about a millisecond: let others have their turn in between
    });
  }
}
