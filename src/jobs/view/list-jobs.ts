/** Jobs that are selected, of one repository or of all, with what a list of them needs besides. */
import type {JobReader, ListedJob} from '../../coordinator/reader/index.ts';
import {systemMoment} from '../../platform/index.ts';
import {type Asked, openRepositories, type RepositoryPlace} from '../select/repositories.ts';
import {type Rest, type SelectedJobs, selectFrom} from '../select/select-jobs.ts';
import type {Selection} from '../select/selection.ts';
import {type ViewedJob, type ViewOptions, viewJobs} from './view-jobs.ts';

export interface ListedJobs {
  readonly state: string | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  /** Newest first, those of a repository together: first those of the one with the newest. */
  readonly jobs: readonly ViewedJob[];
  /** Of those that are not closed all that fit in what was known when they were submitted: also such as are not listed. */
  readonly unfinished: readonly ListedJob[];
  /** How many more are meant, which the last invocations that were asked for do not hold. */
  readonly more: Rest;
  readonly repositories: readonly ListedRepository[];
  /** Of repositories that cannot be read, why. */
  readonly failures: readonly unknown[];
}

export interface ListedRepository {
  readonly repo: string | undefined;
  /** Where it is, which counts as the worktree of a job without one. */
  readonly place: string;
  /** The worktree that it was asked from; undefined of any other repository. */
  readonly here: string | undefined;
  /** What is removed of its jobs by itself; undefined where nothing was ever run. */
  readonly pruning: ReturnType<JobReader['pruning']> | undefined;
}

export interface ListingOptions extends ViewOptions, Asked {
  readonly selection?: Selection | undefined;
  /** Only jobs that report their progress and are stuck. */
  readonly stalled?: boolean | undefined;
}

/** Rejects like `openRepositories`. */
export async function listJobs(
  cwd: () => string,
  {selection = {}, stalled = false, ...options}: ListingOptions,
): Promise<ListedJobs> {
  const {state, places, failures} = openRepositories(cwd, options);
  const [selected, repositories, failed] = selectedOf(places, selection, options.allRepos === true);
  const {jobs, more, unfinished} = lastOfAll(selected, selection.last);
  const now = systemMoment();
  const viewed = await viewJobs(state, jobs, now, options);
  return {
    state,
    now: now.at,
    jobs: stalled ? viewed.filter(({view}) => view.stalled) : viewed,
    more: stalled ? {count: 0, isLeast: false} : more,
    unfinished,
    repositories,
    failures: [...failures, ...failed],
  };
}

/** A database among many that cannot be read keeps nothing from the others. */
function selectedOf(
  places: readonly RepositoryPlace[],
  selection: Selection,
  areMany: boolean,
): [SelectedJobs[], ListedRepository[], unknown[]] {
  const selected: SelectedJobs[] = [];
  const repositories: ListedRepository[] = [];
  const failures: unknown[] = [];
  for (const from of places) {
    const {repoId, place, here, reader} = from;
    let pruning: ListedRepository['pruning'];
    try {
      selected.push(selectFrom(from, selection));
      pruning = reader?.pruning();
    } catch (error) {
      if (!areMany) throw error;
      failures.push(error);
    } finally {
      reader?.close();
    }
    repositories.push({repo: repoId, place, here, pruning});
  }
  return [selected, repositories, failures];
}

/** Of all repositories together the last so many invocations, and what goes on. */
function lastOfAll(selected: readonly SelectedJobs[], last = Number.POSITIVE_INFINITY): SelectedJobs {
  const [only] = selected;
  if (only !== undefined && selected.length === 1) return only;
  const newestOf = ({jobs}: SelectedJobs) => jobs[0]?.row.created_at ?? 0;
  const all = selected.toSorted((a, b) => newestOf(b) - newestOf(a)).flatMap(({jobs}) => jobs);
  const times = new Map(all.map(({row}) => [row.invocation_id, row.created_at]));
  const newest = [...times].sort(([, a], [, b]) => b - a).slice(0, last);
  const goesOn = all.filter(({row}) => row.closed_at === null).map(({invocation}) => invocation);
  const shown = new Set([...newest.map(([id]) => id), ...goesOn]);
  const jobs = all.filter(({invocation}) => shown.has(invocation));
  const count = selected.reduce((sum, {more}) => sum + more.count, 0) + all.length - jobs.length;
  return {
    jobs,
    more: {count, isLeast: selected.some(({more}) => more.isLeast)},
    unfinished: selected.flatMap(({unfinished}) => unfinished),
  };
}
