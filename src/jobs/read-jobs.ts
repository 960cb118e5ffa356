/** What jobs there are and were, for a program: read from files, so that nothing need run, and nothing is started. */
import {parseAddress} from '../coordinator/domain/index.ts';
import {LONG_TAIL_BYTES} from '../coordinator/reader/index.ts';
import {currentDirectory, systemMoment} from '../platform/index.ts';
import {resolveToRead} from './address/resolve.ts';
import type {StatisticsOfJob} from './history/job-statistics.ts';
import {statisticsOf, USUAL_RUNS} from './history/statistics.ts';
import {openReadingPlace, openRepository} from './place.ts';
import type {JobView} from './view/job-view.ts';
import {listJobs} from './view/list-jobs.ts';
import {viewJobs} from './view/view-jobs.ts';

export interface ReadingOptions {
  /** A directory of the repository that is meant. Default: the current one. */
  readonly cwd?: string;
  /** Also which processes ended jobs left behind: that look takes longer than all the rest. Default: not. */
  readonly leftovers?: boolean;
}

export interface ListOptions extends ReadingOptions {
  /** What is unfinished, and the last so many invocations; `'all'` for every job. Default: 10. */
  readonly last?: number | 'all' | undefined;
  /** Only jobs that report their progress and are stuck. */
  readonly stalled?: boolean;
}

/**
 * The jobs of a repository, the newest first; none where nothing was ever run. Throws `StintError` where there is no such
 * directory, and when the state directory or the database cannot be used.
 */
export async function list({cwd, stalled = false, ...options}: ListOptions = {}): Promise<JobView[]> {
  const {jobs} = await listJobs(() => cwd ?? currentDirectory(), options);
  return jobs.map(({view}) => view).filter(view => !stalled || view.stalled);
}

/**
 * The jobs that an address means (`3fa9:test`, `test`, an invocation's id or its first digits), as `stint status` does: by a
 * name its newest run, by an invocation all of its jobs. Throws `StintError` like `list`, and `NO_MATCH` or `AMBIGUOUS`.
 */
export async function find(
  address: string,
  {cwd, leftovers = false}: ReadingOptions = {},
): Promise<JobView[]> {
  const place = openReadingPlace(() => cwd ?? currentDirectory());
  try {
    const {jobs} = resolveToRead(place, parseAddress(address));
    const viewed = await viewJobs(place.state, jobs, systemMoment(), {leftovers, tailBytes: LONG_TAIL_BYTES});
    return viewed.map(({view}) => view);
  } finally {
    place.reader?.close();
  }
}

/** How long the jobs of a name take, how they end and where their time goes, by their last runs (100) in a repository. Throws like `list`. */
export async function statistics(
  name: string,
  {cwd, last = USUAL_RUNS}: {readonly cwd?: string; readonly last?: number} = {},
): Promise<StatisticsOfJob> {
  const {reader} = openRepository(() => cwd ?? currentDirectory());
  try {
    return statisticsOf(name, reader?.runs(name, last) ?? [], systemMoment());
  } finally {
    reader?.close();
  }
}
