/**
 * The queue, with what jobs have to wait for besides a place: that others have ended, that the attempt before is over, that its
 * time has come. One that waits for what will never be is skipped.
 */
import {type JobKey, keyText} from '../../../base/index.ts';
import {
  type Block,
  isEnded,
  type Job,
  type JobSummary,
  keyOf,
  longestBackoffMs,
  type Need,
  type NeededJob,
} from '../../domain/index.ts';
import type {Timer} from '../../ports/index.ts';
import {type NeedNews, NeedWatch} from './need-watch.ts';
import type {StartQueue} from './start-queue.ts';

export interface WaitingJobsOptions {
  readonly queue: StartQueue;
  readonly find: (key: JobKey) => JobSummary | undefined;
  /** The last attempt of a job. */
  readonly findLast: (job: Omit<JobKey, 'attempt'>) => NeededJob | undefined;
  readonly timer: Timer;
  readonly now: () => number;
  /** Hears of a job that was taken out of the queue, and why it will never start. */
  readonly skip: (job: Job, message: string) => void;
}

export class WaitingJobs {
  readonly #options: WaitingJobsOptions;
  readonly #needs: NeedWatch;
  /** By the attempts that are not over: the ones behind them. */
  readonly #behind = new Map<string, Job>();

  constructor(options: WaitingJobsOptions) {
    this.#options = options;
    this.#needs = new NeedWatch(options.findLast);
  }

  /** Puts jobs that are durable already at the end of the queue. */
  add(jobs: readonly Job[]): void {
    const {queue} = this.#options;
    const news: NeedNews[] = [];
    queue.add(jobs, job => {
      if (job.spec.attempt > 1) return this.#blockOfAttempt(job);
      if (job.spec.needs.length === 0) return undefined;
      const standing = this.#needs.add(job);
      news.push(standing);
      return blockOf(standing);
    });
    for (const each of news) if (each.kind === 'never') this.#hear(each);
  }

  /** The first that is meant is taken out: somebody else sees to it. */
  take(isMeant: (job: Job) => boolean): Job | undefined {
    const job = this.#options.queue.take(isMeant);
    if (job !== undefined) this.#needs.forget(job);
    return job;
  }

  /** An attempt of a job has ended. `isLast`: there is none behind it. */
  ended(job: JobSummary, isLast: boolean): void {
    const key = keyText(keyOf(job.spec));
    const behind = this.#behind.get(key);
    this.#behind.delete(key);
    if (behind !== undefined) this.#options.queue.block(behind, this.#backoff(behind));
    if (isLast) for (const news of this.#needs.ended(job, job)) this.#hear(news);
  }

  /** All that could be found of an attempt is gone, or no more can be done about that. */
  gone(job: JobSummary): void {
    if (this.#needs.waitersOf(job).length === 0) return;
    const {attempt, ...series} = keyOf(job.spec);
    const isLast = this.#options.find({...series, attempt: attempt + 1}) === undefined;
    if (isLast) for (const news of this.#needs.ended(job, {...job, isGone: true})) this.#hear(news);
  }

  /** Whoever waits to take the place of this job; undefined where nobody does. */
  replacerOf({spec, ...job}: JobSummary): Job | undefined {
    const isMeant = ({invocation, name, end}: Need) =>
      end === 'gone' && invocation === spec.invocation.id && name === spec.name;
    return this.#needs.waitersOf({...job, spec}).find(each => each.spec.needs.some(isMeant));
  }

  #blockOfAttempt(job: Job): Block | undefined {
    const key = {...keyOf(job.spec), attempt: job.spec.attempt - 1};
    const before = this.#options.find(key);
    if (before === undefined || isEnded(before.state)) return this.#backoff(job);
    this.#behind.set(keyText(key), job);
    return {why: 'attempt'};
  }

  /** A clock that was put back must not make the pause longer. */
  #backoff(job: Job): Block | undefined {
    const {queue, timer, now} = this.#options;
    const {notBefore, attempt} = job.spec;
    const longest = longestBackoffMs(job.spec, attempt - 1);
    const left = Math.min((notBefore ?? 0) - now(), longest);
    if (left <= 0) return undefined;
    timer(left, () => queue.block(job, undefined));
    return {why: 'backoff', until: now() + left};
  }

  #hear(news: NeedNews): void {
    const {queue, skip} = this.#options;
    if (news.kind !== 'never') queue.block(news.job, blockOf(news));
    else if (queue.drop(news.job)) skip(news.job, news.message);
  }
}

/** What is known never to be is taken out of the queue in the same turn; until then it waits. */
function blockOf(news: NeedNews): Block | undefined {
  if (news.kind === 'met') return undefined;
  return {why: 'need', needs: news.kind === 'waits' ? news.needs : news.job.spec.needs};
}
