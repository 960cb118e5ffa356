/**
 * Which job starts when: in the order of submission, as `waitReason` lets it, one in each turn of the event loop. Those
 * that pass the queue stand at its head.
 */
import {messageOf} from '../../base/index.ts';
import {
  type Job,
  mayStart,
  passesQueue,
  type StartFacts,
  type WaitingJob,
  waitReason,
} from '../domain/index.ts';
import type {Timer} from '../ports/index.ts';

export interface StartQueueOptions {
  readonly parallel: number;
  readonly timer: Timer;
  /** Starts a job, which is occupying a place by then; whoever starts it releases that. */
  readonly start: (job: Job) => void;
}

/** Whoever has a place: a job that is being started, or what looks after one since. */
export type Occupant = Job | {readonly job: Job};

/** How it is with the queue. */
export interface QueueView extends StartFacts {
  /** The jobs that have a place. */
  readonly running: readonly Job[];
  /** The jobs that have to wait, in the order in which they are to start. */
  readonly waiting: readonly WaitingJob[];
}

const RETRY_MS = 2000;

export class StartQueue {
  readonly #options: StartQueueOptions;
  readonly #waiting: Job[] = [];
  /** What counts against the limit: jobs that are being started, and whatever took their place since. */
  readonly #occupants = new Set<Occupant>();
  #parallel: number;
  #scheduled = false;
  #held: string | undefined;
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

  /** Takes jobs in, each behind those that start before it; they start once nothing keeps them from it. */
  add(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (passesQueue(job)) this.#waiting.splice(this.#passing, 0, job);
      else this.#waiting.push(job);
    }
    this.#startSoon();
  }

  /** Takes the first job out that is meant, of those that wait; undefined when there is none. */
  take(isMeant: (job: Job) => boolean): Job | undefined {
    const at = this.#waiting.findIndex(isMeant);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  get waiting(): readonly Job[] {
    return this.#waiting;
  }

  get view(): QueueView {
    const facts = this.#facts;
    return {
      ...facts,
      running: [...this.#occupants].map(occupant => ('job' in occupant ? occupant.job : occupant)),
      waiting: mayStart(this.#waiting, facts).waiting,
    };
  }

  /** The job could not be started for a reason that passes: it is tried again after a while, and no other before it. */
  putBack(job: Job, reason: unknown): void {
    this.#waiting.splice(passesQueue(job) ? 0 : this.#passing, 0, job);
    this.#held = messageOf(reason);
    this.#options.timer(RETRY_MS, () => {
      this.#held = undefined;
      this.#startSoon();
    });
  }

  /** Takes a place, also above the limit. */
  occupy(occupant: Occupant): void {
    this.#occupants.add(occupant);
  }

  /** Gives the place to the next job. One that has none is no matter. */
  release(occupant: Occupant): void {
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
      if (this.#isStopped) return;
      const facts = this.#facts;
      const next = this.take(job => waitReason(job, facts) === undefined);
      if (next === undefined) return;
      this.occupy(next);
      this.#options.start(next);
      this.#startSoon(); // one start blocks for about a millisecond: let others have their turn in between
    });
  }

  get #facts(): StartFacts {
    return {parallel: this.#parallel, taken: this.#occupants.size, held: this.#held};
  }

  /** How many of those that wait stand at the head because they pass the queue. */
  get #passing(): number {
    const first = this.#waiting.findIndex(job => !passesQueue(job));
    return first < 0 ? this.#waiting.length : first;
  }
}
