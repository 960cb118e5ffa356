/** Which jobs a wish to cancel means. Filters are ANDed; a job that has ended is never meant. Pure. */
import type {Moment, RepoId} from '../../../base/index.ts';
import {isEnded, type Job} from '../job/job.ts';
import {ageOfJob} from '../job/job-age.ts';
import {isWorktree} from './address.ts';

export interface CancelFilter {
  /** Only of this repository; of all when absent. */
  readonly repo?: RepoId | undefined;
  readonly hook?: string | undefined;
  /** Path of the worktree, the end of the path, or the branch. */
  readonly worktree?: string | undefined;
  readonly tag?: string | undefined;
  readonly invocationPrefix?: string | undefined;
  /** Submitted at least so long ago. */
  readonly olderThanMs?: number | undefined;
  /** Of a worktree that is gone, which is for whoever can look to decide: it fits all here. */
  readonly gone?: boolean | undefined;
}

export function cancelMatch(filter: CancelFilter, jobs: readonly Job[], now: Moment): Job[] {
  return jobs.filter(job => !isEnded(job.state) && fits(filter, job, now));
}

function fits(filter: CancelFilter, {spec}: Job, now: Moment): boolean {
  const {repo, hook, worktree, tag, invocationPrefix, olderThanMs} = filter;
  const {invocation} = spec;
  return (
    (repo === undefined || spec.repo === repo) &&
    (hook === undefined || invocation.hookType === hook) &&
    (worktree === undefined || isWorktree(invocation, worktree)) &&
    (tag === undefined || spec.tags.includes(tag)) &&
    (invocationPrefix === undefined || invocation.id.startsWith(invocationPrefix)) &&
    (olderThanMs === undefined || ageOfJob(invocation, now) >= olderThanMs)
  );
}
