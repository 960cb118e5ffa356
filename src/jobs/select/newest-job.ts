/** The job that is meant where none is named. */
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../place.ts';
import {selectJobs} from './select-jobs.ts';

export interface NewestJob {
  readonly job: ListedJob;
  /** None ever ran in the current worktree. */
  readonly isElsewhere: boolean;
}

/** The last that was submitted in this worktree, else in this repository; undefined where nothing was. Throws like `selectJobs`. */
export function newestJob(place: ReadingPlace): NewestJob | undefined {
  const here = newestOf(selectJobs(place, {here: true, last: 1}));
  if (here !== undefined) return {job: here, isElsewhere: false};
  const job = newestOf(selectJobs(place, {last: 1}));
  return job && {job, isElsewhere: true};
}

/** They come with the newest invocation first, and within it in the order of submission. */
function newestOf(jobs: readonly ListedJob[]): ListedJob | undefined {
  const [first] = jobs;
  return jobs.findLast(({invocation}) => invocation === first?.invocation);
}
