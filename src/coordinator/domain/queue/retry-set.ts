/**
 * Which jobs are run again, and what they need of each other then. Pure.
 *
 * What did not complete is retried; what did only where it was named by its invocation and its name. A need that is retried as
 * well stays. Of the others those of a job that was started are dropped, since they were met. A job that never started is
 * another matter: what it needs and did not get is retried with it, since nothing may start on work that was not done.
 */
import type {InvocationId} from '../../../base/index.ts';
import type {AskedNeed, Need} from '../job/need.ts';
import type {EndedStatus} from '../job/status.ts';
import {needMet} from './need-standing.ts';

export interface RetryJob {
  readonly invocation: InvocationId;
  readonly name: string;
  readonly needs: readonly Need[];
  /** Of its last attempt; undefined while one goes on or is to come. */
  readonly ended: EndedStatus | undefined;
  readonly hasStarted: boolean;
}

export interface ChosenJob<J extends RetryJob> {
  readonly job: J;
  /** By its invocation and its name: it alone was meant. */
  readonly isNamed: boolean;
}

/** Without an invocation it is one of the jobs that are retried. */
export type RetriedNeed = Omit<AskedNeed, 'invocation'> & {readonly invocation: InvocationId | undefined};

export interface RetriedJob<J extends RetryJob> {
  readonly job: J;
  readonly needs: readonly RetriedNeed[];
}

/** It completed; it waited for a failure that did not come; what it needs was removed. */
export type LeftWhy = 'completed' | 'no failure' | 'need removed';

export interface LeftJob<J extends RetryJob> {
  readonly job: J;
  readonly why: LeftWhy;
}

export type RetrySet<J extends RetryJob> =
  | {
      readonly kind: 'retry';
      /** In the order in which they were chosen, then those that are retried because these need them. */
      readonly jobs: readonly RetriedJob<J>[];
      readonly left: readonly LeftJob<J>[];
    }
  /** These have not ended: nothing is retried. */
  | {readonly kind: 'going on'; readonly jobs: readonly J[]}
  /** Several runs of one name: nothing is retried, since an invocation has each name once. */
  | {readonly kind: 'same name'; readonly jobs: readonly J[]};

/** `find` tells the last attempt of a job that is needed; undefined where it was removed. */
export function retrySet<J extends RetryJob>(
  chosen: readonly ChosenJob<J>[],
  find: (need: Need) => J | undefined,
): RetrySet<J> {
  const goingOn = chosen.map(({job}) => job).filter(({ended}) => ended === undefined);
  if (goingOn.length > 0) return {kind: 'going on', jobs: goingOn};
  const wanted = chosen.filter(({job, isNamed}) => isNamed || job.ended !== 'completed');
  const named = new Set(wanted.flatMap(({job, isNamed}) => (isNamed ? keyOf(job) : [])));
  const set = withUnmet(
    wanted.map(({job}) => job),
    find,
  );
  const unfit = withoutUnfit(set, named, find);
  const jobs = [...set.values()];
  const twice = jobs.filter(job => jobs.some(each => each !== job && each.name === job.name));
  if (twice.length > 0) return {kind: 'same name', jobs: twice};
  const completed = chosen.filter(({job, isNamed}) => !isNamed && job.ended === 'completed');
  return {
    kind: 'retry',
    jobs: jobs.map(job => ({job, needs: needsAgain(job, set, find)})),
    left: [...completed.flatMap(({job}) => ({job, why: 'completed'}) as const), ...unfit],
  };
}

/** Adds what those that never started wait for in vain, and what that waits for in vain, and so on. */
function withUnmet<J extends RetryJob>(
  jobs: readonly J[],
  find: (need: Need) => J | undefined,
): Map<string, J> {
  const set = new Map(jobs.map(job => [keyOf(job), job]));
  const left = [...set.values()];
  for (let job = left.shift(); job !== undefined; job = left.shift()) {
    for (const need of job.hasStarted ? [] : job.needs) {
      const needed = find(need);
      const isInVain =
        needed?.ended !== undefined && need.end === 'completed' && !needMet(need.end, needed.ended);
      if (needed === undefined || !isInVain || set.has(keyOf(needed))) continue;
      set.set(keyOf(needed), needed);
      left.push(needed);
    }
  }
  return set;
}

/** Takes out of the set what would be skipped again, and what needs that, and so on. */
function withoutUnfit<J extends RetryJob>(
  set: Map<string, J>,
  named: ReadonlySet<string>,
  find: (need: Need) => J | undefined,
): LeftJob<J>[] {
  const unfit: LeftJob<J>[] = [];
  for (let before = -1; before !== unfit.length; ) {
    before = unfit.length;
    for (const [key, job] of set) {
      const why = named.has(key) || job.hasStarted ? undefined : whyUnfit(job, set, find);
      if (why === undefined) continue;
      set.delete(key);
      unfit.push({job, why});
    }
  }
  return unfit;
}

function whyUnfit<J extends RetryJob>(
  {needs}: J,
  set: ReadonlyMap<string, J>,
  find: (need: Need) => J | undefined,
): LeftWhy | undefined {
  for (const need of needs) {
    if (set.has(keyOf(need)) || need.end === 'gone') continue;
    const needed = find(need);
    if (needed === undefined) return 'need removed';
    if (needed.ended !== undefined && !needMet(need.end, needed.ended)) return 'no failure';
  }
  return undefined;
}

function needsAgain<J extends RetryJob>(
  {needs, hasStarted}: J,
  set: ReadonlyMap<string, J>,
  find: (need: Need) => J | undefined,
): RetriedNeed[] {
  return needs.flatMap(need => {
    const {end, name} = need;
    if (end === 'gone') return [];
    if (set.has(keyOf(need))) return {invocation: undefined, name, end};
    const needed = hasStarted ? undefined : find(need);
    return needed !== undefined && needed.ended === undefined ? {invocation: need.invocation, name, end} : [];
  });
}

function keyOf({invocation, name}: Pick<Need, 'invocation' | 'name'>): string {
  return `${invocation}/${name}`;
}
