/** The jobs that somebody wants to be run again. */
import {type Address, FAILED, latestAttempts} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../place.ts';
import {selectJobs} from '../select/select-jobs.ts';

export interface WantedJob {
  readonly listed: ListedJob;
  /** It alone was meant, by its invocation and its name. */
  readonly isNamed: boolean;
}

/** Those that an address means, which were found by it. */
export function wantedBy(
  {invocation, job, eitherWay}: Address,
  jobs: readonly ListedJob[],
): readonly WantedJob[] {
  const isNamed = invocation !== undefined && job !== undefined && eitherWay === undefined;
  return jobs.map(listed => ({listed, isNamed}));
}

/** Of each name in this worktree its newest run, where that failed or was skipped. Throws like `selectJobs`. */
export function failedHere(place: ReadingPlace): readonly WantedJob[] {
  const newest = new Map<string, ListedJob>();
  for (const job of latestAttempts(selectJobs(place, {here: true}))) {
    const known = newest.get(job.name);
    if (known === undefined || known.row.number < job.row.number) newest.set(job.name, job);
  }
  return inOrder([...newest.values()].filter(({state}) => isToBeRunAgain(state.status)));
}

function isToBeRunAgain(status: ListedJob['state']['status']): boolean {
  return status === 'skipped' || FAILED.includes(status);
}

/** The jobs of the newest invocation of this worktree; none where there is none. Throws like `selectJobs`. */
export function lastHere(place: ReadingPlace): readonly WantedJob[] {
  const jobs = selectJobs(place, {here: true, last: 1});
  return inOrder(latestAttempts(jobs.filter(({invocation}) => invocation === jobs[0]?.invocation)));
}

function inOrder(jobs: readonly ListedJob[]): readonly WantedJob[] {
  return jobs.toSorted((a, b) => a.row.number - b.row.number).map(listed => ({listed, isNamed: false}));
}
