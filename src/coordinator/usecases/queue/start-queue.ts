/**
 * Which job starts when: by priority and as they came (`compareStart`), as `waitReason` lets it, one in each turn of the event
 * loop. What is blocked, because something has to happen first, stands apart until it is unblocked, so that looking for the next
 * one costs nothing for it.
 */
import {messageOf} from '../../../base/index.ts';
import {
  type Block,
  compareStart,
  type GroupFacts,
  insertByStart,
  type Job,
  mayStart,
  type Queued,
  type QueueEnd,
  rankAt,
  type StartFacts,
  takesPlace,
  type WaitingJob,
  waitReason,
} from '../../domain/index.ts';
import type {Timer} from '../../ports/index.ts';

export interface StartQueueOptions {
  readonly parallel: number;
  /** How many jobs of a group may run at once, by its name; without an entry there is no limit. */
  readonly groups: ReadonlyMap<string, number>;
  readonly timer: Timer;
  /** Starts a job, which is occupying a place by then; whoever starts it releases that. */
  readonly start: (job: Job) => void;
}

/** Whoever has a place: a job that is being started, or what looks after one since. */
export type Occupant = Job | {readonly job: Job};

/** How it is with the queue. */
export interface QueueView extends Omit<StartFacts, 'blockOf'> {
  /** The jobs that have a place. */
  readonly running: readonly Job[];
  /** The jobs that have to wait: those that may start when there is room, in that order, then those that are blocked. */
  readonly waiting: readonly WaitingJob[];
}

const RETRY_MS = 2000;

export class StartQueue {
  readonly #options: StartQueueOptions;
  /** In the order in which they start. */
  readonly #ready: Queued[] = [];
  readonly #blocked = new Map<Job, {readonly queued: Queued; readonly block: Block}>();
  /** Where a job that is being started stood, should it be put back. */
  readonly #stood = new WeakMap<Job, Queued>();
  /** What counts against the limit: jobs that are being started, and whatever took their place since. */
  readonly #occupants = new Set<Occupant>();
  readonly #takenIn = new Map<string, number>();
  #groups: ReadonlyMap<string, number>;
  #parallel: number;
  #arrived = 0;
  #scheduled = false;
  #held: string | undefined;
  #isStopped = false;

  constructor(options: StartQueueOptions) {
    this.#options = options;
    this.#parallel = options.parallel;
    this.#groups = options.groups;
  }

  get parallel(): number {
    return this.#parallel;
  }

  set parallel(limit: number) {
    this.#parallel = limit;
    this.#startSoon();
  }

  /** The limits of groups, by their names. */
  get groups(): ReadonlyMap<string, number> {
    return this.#groups;
  }

  set groups(limits: ReadonlyMap<string, number>) {
    this.#groups = limits;
    this.#startSoon();
  }

  get counts(): {queued: number; running: number} {
    return {queued: this.#ready.length + this.#blocked.size, running: this.#occupants.size};
  }

  /** Takes jobs in, each behind those that start before it; they start once nothing keeps them from it. */
  add(jobs: readonly Job[], blockOf: (job: Job) => Block | undefined = () => undefined): void {
    for (const job of jobs)
      this.#place({job, arrival: this.#arrived++, rank: job.queueRank ?? 0}, blockOf(job));
    this.#startSoon();
  }

  /** Takes the first job out that is meant, of those that wait; undefined when there is none. */
  take(isMeant: (job: Job) => boolean): Job | undefined {
    const at = this.#ready.findIndex(({job}) => isMeant(job));
    if (at >= 0) return this.#takeReady(at);
    for (const job of this.#blocked.keys()) if (isMeant(job) && this.drop(job)) return job;
    return undefined;
  }

  /** Takes out a job that is blocked; tells whether it was. */
  drop(job: Job): boolean {
    return this.#blocked.delete(job);
  }

  /**
   * Moves the job that is meant to an end of those that wait for their turn, and tells its position, from 1; or for what else it
   * waits, which does not change by that. Undefined when there is none. What `store` throws leaves it where it was.
   */
  move(
    isMeant: (job: Job) => boolean,
    to: QueueEnd,
    store: (rank: number) => void,
  ): number | Block | undefined {
    const at = this.#ready.findIndex(({job}) => isMeant(job));
    const queued = this.#ready[at];
    if (queued === undefined) return [...this.#blocked].find(([job]) => isMeant(job))?.[1].block;
    const others = [...this.#blocked.values()].map(each => each.queued).concat(this.#ready);
    const moved = {...queued, rank: rankAt(to, others)};
    store(moved.rank);
    this.#ready.splice(at, 1);
    insertByStart(this.#ready, moved);
    return this.#ready.indexOf(moved) + 1;
  }

  /** All that wait, in the order of `QueueView`. */
  get waiting(): readonly Job[] {
    const blocked = [...this.#blocked.values()].map(({queued}) => queued).sort(compareStart);
    return [...this.#ready, ...blocked].map(({job}) => job);
  }

  get view(): QueueView {
    const {blockOf: _, ...facts} = this.#facts;
    return {
      ...facts,
      running: [...this.#occupants].map(jobOf),
      waiting: mayStart(this.waiting, this.#facts).waiting,
    };
  }

  /** Of a job that waits, what has to happen first; undefined where nothing has to any more. */
  block(job: Job, block: Block | undefined): void {
    const queued = this.#blocked.get(job)?.queued;
    if (queued === undefined) return;
    if (block !== undefined) {
      this.#blocked.set(job, {queued, block});
      return;
    }
    this.#blocked.delete(job);
    insertByStart(this.#ready, queued);
    this.#startSoon();
  }

  /** The job could not be started for a reason that passes: it is tried again after a while, and no other before it. */
  putBack(job: Job, reason: unknown): void {
    insertByStart(this.#ready, this.#stood.get(job) ?? {job, arrival: 0, rank: 0});
    this.#held = messageOf(reason);
    this.#options.timer(RETRY_MS, () => {
      this.#held = undefined;
      this.#startSoon();
    });
  }

  /** Takes a place, also above the limit. */
  occupy(occupant: Occupant): void {
    if (!takesPlace(jobOf(occupant)) || this.#occupants.has(occupant)) return;
    this.#occupants.add(occupant);
    this.#count(occupant, 1);
  }

  /** Gives the place to the next job. One that has none is no matter. */
  release(occupant: Occupant): void {
    if (!this.#occupants.delete(occupant)) return;
    this.#count(occupant, -1);
    this.#startSoon();
  }

  /** Starts nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#ready.length = 0;
    this.#blocked.clear();
  }

  #place(queued: Queued, block: Block | undefined): void {
    if (block === undefined) insertByStart(this.#ready, queued);
    else this.#blocked.set(queued.job, {queued, block});
  }

  #startSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#isStopped) return;
      const next = this.#next();
      if (next === undefined) return;
      this.occupy(next);
      this.#options.start(next);
      this.#startSoon(); // one start blocks for about a millisecond: let others have their turn in between
    });
  }

  /** Takes out the first that may start. Behind one that the limit for all keeps back nobody may: those that pass it stand first. */
  #next(): Job | undefined {
    const facts = this.#facts;
    for (const [at, {job}] of this.#ready.entries()) {
      const reason = waitReason(job, facts);
      if (reason === undefined) return this.#takeReady(at);
      if (reason.why === 'limit' || reason.why === 'held') return undefined;
    }
    return undefined;
  }

  #takeReady(at: number): Job | undefined {
    const [queued] = this.#ready.splice(at, 1);
    if (queued !== undefined) this.#stood.set(queued.job, queued);
    return queued?.job;
  }

  #count(occupant: Occupant, difference: number): void {
    const {group} = jobOf(occupant).spec;
    if (group !== null) this.#takenIn.set(group, (this.#takenIn.get(group) ?? 0) + difference);
  }

  get #facts(): StartFacts {
    return {
      parallel: this.#parallel,
      taken: this.#occupants.size,
      groups: this.#groupFacts,
      held: this.#held,
      blockOf: job => this.#blocked.get(job)?.block,
    };
  }

  get #groupFacts(): ReadonlyMap<string, GroupFacts> {
    const facts = [...this.#groups].map(
      ([name, limit]) => [name, {limit, taken: this.#takenIn.get(name) ?? 0}] as const,
    );
    return new Map(facts);
  }
}

function jobOf(occupant: Occupant): Job {
  return 'job' in occupant ? occupant.job : occupant;
}
