/** The jobs of a repository, with what a table of them needs besides. */

import type {JobReader} from '../../coordinator/reader/index.ts';
import {systemMoment} from '../../platform/index.ts';
import {openRepository} from '../place.ts';
import {type ViewedJob, type ViewOptions, viewJobs} from './view-jobs.ts';

export interface ListedJobs {
  readonly state: string | undefined;
  /** The worktree that it was asked from, and the place of the repository, which counts as the worktree of a job without one. */
  readonly here: string;
  readonly place: string;
  /** Unix milliseconds. */
  readonly now: number;
  readonly jobs: readonly ViewedJob[];
  /** What is removed of them by itself; undefined where nothing was ever run. */
  readonly pruning: ReturnType<JobReader['pruning']> | undefined;
}

export interface ListingOptions extends ViewOptions {
  /** Default: 10. */
  readonly last?: number | 'all' | undefined;
  /** The state directory, if not the usual one. */
  readonly state?: string | undefined;
}

/** The jobs of the repository around a directory: what is unfinished, and the last so many invocations. Throws like `openRepository`. */
export async function listJobs(
  cwd: () => string,
  {last = USUAL_LAST, state: told, ...options}: ListingOptions,
): Promise<ListedJobs> {
  const {state, reader, here} = openRepository(cwd, told);
  const found = reader?.list(last) ?? [];
  const place = reader?.place ?? here;
  const pruning = reader?.pruning();
  reader?.close();
  const now = systemMoment();
  return {state, here, place, now: now.at, jobs: await viewJobs(state, found, now, options), pruning};
}

const USUAL_LAST = 10;
