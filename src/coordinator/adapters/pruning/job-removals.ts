import {closeSync, constants, existsSync, lstatSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, type JobKey, type RepoId} from '../../../base/index.ts';
import {diskFull, isDiskFull, openPrivate} from '../../../platform/index.ts';
import {
  type Connection,
  type JobWrites,
  REPO_PLACE,
  readPolicy,
  removableJobs,
} from '../../../store/index.ts';
import type {JobRemovals, PruningRules} from '../../ports/index.ts';
import {databasePath, JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {reposOf} from '../directory/repos-of.ts';
import {readRepoPolicy} from '../rows/kept-policy.ts';
import {bytesIn, bytesOn, contentsOf} from './job-contents.ts';
import {readLastPass, writeLastPass} from './last-pass.ts';
import {lookAround} from './look-around.ts';
import {JobRemoval} from './remove-jobs.ts';

export interface JobRemovalsOptions {
  readonly state: string;
  /** The database of a repository, for this turn. */
  readonly database: (repo: RepoId) => {readonly db: Connection; readonly writes: JobWrites};
}

/** That a job is pinned stands in its directory first, then in its row: a row that is rebuilt knows it again. */
export function jobRemovals({state, database}: JobRemovalsOptions): JobRemovals {
  const directoryOf = (key: JobKey) => join(state, jobPath(key));
  return {
    repos: () => reposOf(state).filter(repo => existsSync(join(state, databasePath(repo)))),
    rules: repo => pruningRules(database(repo).db),
    lookAround: repo => lookAround(state, repo, database(repo).db),
    remove: (repo, groups, now) => new JobRemoval(state, repo, {...database(repo), now}).remove(groups),
    finish: (repo, halfDone, now) => new JobRemoval(state, repo, {...database(repo), now}).finish(halfDone),
    sizeOf: key => {
      const directory = directoryOf(key);
      const contents = contentsOf(directory);
      if (contents === undefined) return 0;
      const isOnly = removableJobs(database(key.repo).db)(key.invocation).length === 1;
      return bytesIn(directory, contents) + (isOnly ? bytesOn(dirname(directory)) : 0);
    },
    record: (repo, pass) => writeLastPass(database(repo).db, pass),
    pin: (key, isPinned, now) => {
      const {repo, invocation, name, attempt} = key;
      const {writes} = database(repo);
      markPinned(directoryOf(key), isPinned);
      return writes.pin(invocation, name, attempt, isPinned ? now : null);
    },
    isPinned: ({repo, invocation, name, attempt}) =>
      removableJobs(database(repo).db)(invocation).some(
        row => row.name === name && row.attempt === attempt && row.pinned_at !== null,
      ),
  };
}

/** What holds for a repository. */
export function pruningRules(db: Connection): PruningRules {
  return {...readRepoPolicy(db), place: readPolicy(db, REPO_PLACE), lastPassAt: readLastPass(db)?.at_ms};
}

function markPinned(directory: string, isPinned: boolean): void {
  const path = join(directory, JOB_FILES.pinned);
  if (!isPinned) rmSync(path, {force: true});
  if (!isPinned || lstatSync(directory, {throwIfNoEntry: false}) === undefined) return; // then there is no more of it than its row
  try {
    closeSync(openPrivate(path, constants.O_WRONLY | constants.O_CREAT));
  } catch (error) {
    throw isDiskFull(codeOf(error)) ? diskFull('It was not pinned: the disk is full.', error) : error;
  }
}
