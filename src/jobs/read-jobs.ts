/** What jobs there are and were, for a program: read from files, so that nothing need run, and nothing is started. */
import {StintError} from '../base/index.ts';
import {parseAddress} from '../coordinator/domain/index.ts';
import {currentDirectory, systemMoment} from '../platform/index.ts';
import {resolveToRead} from './address/resolve.ts';
import type {StatisticsOfJob} from './history/job-statistics.ts';
import {lastRuns, statisticsOf, USUAL_RUNS} from './history/statistics.ts';
import {openReadingPlace, openRepository} from './place.ts';
import {patternOfJobs, type Selection, USUAL_LAST} from './select/selection.ts';
import type {JobView} from './view/job-view.ts';
import {listJobs} from './view/list-jobs.ts';
import {viewJobs} from './view/view-jobs.ts';

export interface ReadingOptions {
  /** A directory of the repository that is meant. Default: the current one. */
  readonly cwd?: string | undefined;
  /** The state directory. Default: `$STINT_STATE_DIR` and so on. */
  readonly state?: string | undefined;
}

export interface FindOptions extends ReadingOptions {
  /** Also which processes ended jobs left behind: that look takes longer than all the rest. Default: not. */
  readonly leftovers?: boolean | undefined;
}

/** All that is given must fit, and of a list one of it. */
export interface ListOptions extends FindOptions {
  /** What is unfinished, and the jobs of the last so many invocations; `'all'` for every job. Default: 10. */
  readonly last?: number | 'all' | undefined;
  /** Only jobs that report their progress and are stuck. */
  readonly stalled?: boolean | undefined;
  /** Words as `status` of a job tells them. */
  readonly statuses?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Whole names. */
  readonly names?: readonly string[] | undefined;
  /** Path of the worktree, the end of its path, or its branch. */
  readonly worktree?: string | undefined;
  /** Only of the worktree around `cwd`. */
  readonly here?: boolean | undefined;
  /** Unix milliseconds: not over before that. */
  readonly since?: number | undefined;
  /** Unix milliseconds: submitted before that. */
  readonly until?: number | undefined;
  /** The hook that submitted it. */
  readonly hook?: string | undefined;
  /** A regular expression, found in the name or the command; without a capital letter case does not count. */
  readonly pattern?: string | undefined;
  /** Of every repository of the state directory, not only that around `cwd`. */
  readonly allRepos?: boolean | undefined;
}

export interface StatisticsOptions extends ReadingOptions {
  /** So many of its last runs count. Default: 100. */
  readonly last?: number | undefined;
}

/**
 * The jobs of a repository, the newest first; none where nothing was ever run. Throws `StintError`: `USAGE` for a number
 * that cannot be and for a pattern that is none, `CWD_NOT_FOUND` where there is no such directory, and when the state directory
 * or the database cannot be used.
 */
export async function list(options: ListOptions = {}): Promise<JobView[]> {
  const {cwd, stalled, leftovers, state, allRepos, last = USUAL_LAST, pattern, ...conditions} = options;
  if (last !== 'all') checkCount('last', last);
  const selection: Selection = {
    ...conditions,
    last: last === 'all' ? undefined : last,
    pattern: pattern === undefined ? undefined : patternOfJobs(pattern, 'pattern'),
  };
  const {jobs, failures} = await listJobs(() => cwd ?? currentDirectory(), {
    selection,
    stalled,
    leftovers,
    state,
    allRepos,
  });
  if (jobs.length === 0 && failures.length > 0) throw failures[0];
  return jobs.map(({view}) => view);
}

/**
 * The jobs that an address means (`3fa9:test`, `test`, an invocation's id or its first digits), as `stint status` does: by a
 * name its newest run, by an invocation all of its jobs. Throws `StintError` like `list`, and `NO_MATCH` or `AMBIGUOUS`.
 */
export async function find(
  address: string,
  {cwd, state, leftovers = false}: FindOptions = {},
): Promise<JobView[]> {
  const place = openReadingPlace(() => cwd ?? currentDirectory(), state);
  try {
    const {jobs} = resolveToRead(place, parseAddress(address));
    const viewed = await viewJobs(place.state, jobs, systemMoment(), {leftovers});
    return viewed.map(({view}) => view);
  } finally {
    place.reader?.close();
  }
}

/** How long the jobs of a name take, how they end and where their time goes, by their last runs in a repository. Throws like `list`. */
export async function statistics(
  name: string,
  {cwd, state, last = USUAL_RUNS}: StatisticsOptions = {},
): Promise<StatisticsOfJob> {
  checkCount('last', last);
  const {reader} = openRepository(() => cwd ?? currentDirectory(), state);
  try {
    return statisticsOf(name, lastRuns(reader, name, last), last, systemMoment());
  } finally {
    reader?.close();
  }
}

/** SQLite would take a negative number for all, and has words of its own for what is none. */
function checkCount(what: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new StintError('USAGE', `${what} is ${value}, not a whole number of at least 0.`, {
    hint: `For example: ${what}: 10`,
  });
}
