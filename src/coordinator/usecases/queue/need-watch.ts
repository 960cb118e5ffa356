/** Which queued jobs wait for the end of which other ones, and what becomes of them when these have ended. */
import type {JobKey} from '../../../base/index.ts';
import {
  type Job,
  type JobSummary,
  type Need,
  type NeededJob,
  needStanding,
  needsStanding,
} from '../../domain/index.ts';

/** What became of a job whose needs have changed. */
export type NeedNews = {readonly job: Job} & (
  | {readonly kind: 'met'}
  | {readonly kind: 'waits'; readonly needs: readonly Need[]}
  | {readonly kind: 'never'; readonly message: string}
);

type Series = Omit<JobKey, 'attempt'>;

export class NeedWatch {
  readonly #find: (job: Series) => NeededJob | undefined;
  /** By the jobs that are needed: who waits for them. */
  readonly #waiters = new Map<string, Set<Job>>();
  /** Of those that wait: which of their needs are open. */
  readonly #open = new Map<Job, readonly Need[]>();

  /** `find` tells the last attempt of a job. */
  constructor(find: (job: Series) => NeededJob | undefined) {
    this.#find = find;
  }

  /** How it is with the needs of a job; where it has to wait, `ended` tells of it from now on. */
  add(job: Job): NeedNews {
    const {repo, needs} = job.spec;
    const {open, never} = needsStanding(needs, need => this.#find({...need, repo}));
    if (never !== undefined) return {job, kind: 'never', message: never};
    if (open.length === 0) return {job, kind: 'met'};
    this.#open.set(job, open);
    for (const need of open) {
      const key = textOf(repo, need);
      this.#waiters.set(key, (this.#waiters.get(key) ?? new Set()).add(job));
    }
    return {job, kind: 'waits', needs: open};
  }

  /** The last attempt of a job has ended, or is gone: what that means to those that wait for it. */
  ended({spec}: JobSummary, found: NeededJob): NeedNews[] {
    const key = keyOfNeeded(spec);
    return [...(this.#waiters.get(key) ?? [])].map(job => this.#look(job, spec, key, found));
  }

  /** Those that wait for any end of this job. */
  waitersOf({spec}: JobSummary): readonly Job[] {
    return [...(this.#waiters.get(keyOfNeeded(spec)) ?? [])];
  }

  /** Nobody wants to know of this job any more. */
  forget(job: Job): void {
    for (const need of this.#open.get(job) ?? []) this.#waitsNoMore(job, textOf(job.spec.repo, need));
    this.#open.delete(job);
  }

  #look(job: Job, {invocation, name}: JobSummary['spec'], key: string, found: NeededJob): NeedNews {
    const left: Need[] = [];
    let isNeededStill = false;
    for (const need of this.#open.get(job) ?? []) {
      const isIt = need.name === name && need.invocation === invocation.id;
      const standing = isIt ? needStanding(need, found) : 'open';
      if (typeof standing === 'object') {
        this.forget(job);
        return {job, kind: 'never', message: standing.never};
      }
      if (standing === 'open') left.push(need);
      isNeededStill ||= isIt && standing === 'open';
    }
    if (!isNeededStill) this.#waitsNoMore(job, key);
    if (left.length > 0) this.#open.set(job, left);
    else this.#open.delete(job);
    return left.length > 0 ? {job, kind: 'waits', needs: left} : {job, kind: 'met'};
  }

  #waitsNoMore(job: Job, key: string): void {
    const waiters = this.#waiters.get(key);
    waiters?.delete(job);
    if (waiters?.size === 0) this.#waiters.delete(key);
  }
}

function keyOfNeeded({repo, invocation, name}: JobSummary['spec']): string {
  return textOf(repo, {invocation: invocation.id, name});
}

function textOf(repo: string, {invocation, name}: Pick<Need, 'invocation' | 'name'>): string {
  return `${repo}/${invocation}/${name}`;
}
