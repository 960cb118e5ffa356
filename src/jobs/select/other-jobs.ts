/** What there is elsewhere, for who found nothing. */
import {basename} from 'node:path';

import {reposOf} from '../../coordinator/reader/index.ts';
import {type Asked, openRepositories} from './repositories.ts';
import {type Rest, selectFrom} from './select-jobs.ts';
import type {Selection} from './selection.ts';

export interface OtherJobs {
  /** How many jobs the repository has. */
  readonly jobs: number;
  /** Those that fit, in whatever worktree they ran. */
  readonly fitting: Rest;
  /** Branches or directories of the worktrees in which they ran, that of the newest first. */
  readonly worktrees: readonly string[];
  /** How many repositories there are besides. */
  readonly otherRepos: number;
}

/** Enough to tell in which worktrees something ran. */
const LAST = 100;

/** In the repository that is asked for, or all. Throws like `openRepositories`. */
export function otherJobs(cwd: () => string, asked: Asked, selection: Selection): OtherJobs {
  const {state, places} = openRepositories(cwd, asked);
  const anywhere = {...selection, here: undefined, worktree: undefined, last: LAST};
  try {
    const found = places.map(place => selectFrom(place, anywhere));
    const jobs = found.flatMap(each => each.jobs);
    const names = jobs.map(({branch, worktree}) => branch ?? (worktree === null ? '' : basename(worktree)));
    const used = places.filter(({reader}) => reader !== undefined);
    return {
      jobs: used.reduce((sum, {reader}) => sum + (reader?.count() ?? 0), 0),
      fitting: {
        count: found.reduce((sum, {more}) => sum + more.count, jobs.length),
        isLeast: found.some(({more}) => more.isLeast),
      },
      worktrees: [...new Set(names.filter(name => name !== ''))],
      otherRepos: state === undefined ? 0 : reposOf(state).length - used.length,
    };
  } finally {
    for (const {reader} of places) reader?.close();
  }
}
