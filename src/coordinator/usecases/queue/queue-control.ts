/** The queue for whoever asks about it, and says how many may run and who starts first. */
import type {JobKey} from '../../../base/index.ts';
import {isOf, type Job, notQueued, type QueueEnd} from '../../domain/index.ts';
import type {JobLedger} from '../../ports/index.ts';
import {type FindJob, knownJob} from '../known-job.ts';
import type {QueueView, StartQueue} from './start-queue.ts';

export class QueueControl {
  readonly #queue: StartQueue;
  readonly #ledger: Pick<JobLedger, 'rank'>;
  readonly #find: FindJob;

  constructor(queue: StartQueue, ledger: Pick<JobLedger, 'rank'>, find: FindJob) {
    this.#queue = queue;
    this.#ledger = ledger;
    this.#find = find;
  }

  /** Who runs, who waits, and for what. */
  get view(): QueueView {
    return this.#queue.view;
  }

  /** How many jobs may run at once. */
  get parallel(): number {
    return this.#queue.parallel;
  }

  set parallel(limit: number) {
    this.#queue.parallel = limit;
  }

  /** How many jobs of a group may run at once, by its name. */
  set groups(limits: ReadonlyMap<string, number>) {
    this.#queue.groups = limits;
  }

  /**
   * A queued job starts before or behind all others that wait for their turn, for every coordinator to come. Tells its position
   * then, from 1. Throws `NOT_QUEUED`.
   */
  move(key: JobKey, to: QueueEnd): number {
    const isMeant = ({spec}: Job) => isOf(spec, key);
    const moved = this.#queue.move(isMeant, to, rank => this.#ledger.rank(key, rank));
    if (typeof moved === 'number') return moved;
    throw notQueued(knownJob(this.#find, key), moved);
  }
}
