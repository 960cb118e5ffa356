/** Jobs with all that a reader can be told of them. */
import type {Moment} from '../../base/index.ts';
import type {JobSpec} from '../../coordinator/domain/index.ts';
import {
  afterLook,
  keyOfListed,
  type ListedJob,
  lookForLeftovers,
  lookForUsage,
  mayRunOn,
  specOfJob,
} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import {type QueueStanding, queueStandings} from '../queue/queue-standing.ts';
import type {JobView} from './job-view.ts';
import {type ListedProgress, listedProgress} from './listed-progress.ts';
import {viewOf} from './view-of.ts';

/** A view, and what it was made from, for who tells more than its fields. */
export interface ViewedJob {
  readonly job: ListedJob;
  readonly view: JobView;
  readonly progress: ListedProgress;
  /** Of one that waits for its turn. */
  readonly queue: QueueStanding | undefined;
  /** What was asked for, where that is known. */
  readonly spec: JobSpec | undefined;
}

export interface ViewOptions {
  /** Also which processes ended jobs left behind, what those of running ones use, and what was asked for: that look takes longer than all the rest. Default: not. */
  readonly leftovers?: boolean | undefined;
}

/** As they are `now`. A coordinator is asked only where a job waits for its turn, and none is started. */
export async function viewJobs(
  state: string | undefined,
  jobs: readonly ListedJob[],
  now: Moment,
  {leftovers = false}: ViewOptions = {},
): Promise<ViewedJob[]> {
  const standingOf = await queueStandings(state, jobs);
  const looked = leftovers ? jobs : jobs.filter(mayRunOn);
  const leftoversOf = await lookForLeftovers(state, looked, systemClock);
  const usageOf = leftovers ? lookForUsage(jobs, systemClock) : () => undefined;
  return jobs.map(found => {
    const left = looked.includes(found) ? leftoversOf(found) : undefined;
    const job = afterLook(found, left, now.at);
    const progress = listedProgress(job, now);
    const queue = standingOf(job);
    const spec =
      job.spec ?? (leftovers && state !== undefined ? specOfJob(state, keyOfListed(job)) : undefined);
    const looks = {leftovers: left, usage: usageOf(job)};
    const view = viewOf(job, now, {progress: progress.fields, queue, ...looks});
    return {job, view, progress, queue, spec};
  });
}
