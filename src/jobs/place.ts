/** Which repository a command is about: the one around the current directory. */
import {join} from 'node:path';

import {counted, hasCode, plural, type RepoId, StintError} from '../base/index.ts';
import {databasePath} from '../coordinator/adapters/index.ts';
import {invocationsOnDisk, JobReader} from '../coordinator/reader/index.ts';
import {findStateDirectory, systemClock} from '../platform/index.ts';
import {findRepoId, locateRepo, type Repo} from '../project/index.ts';

/** What a reading command has to start from. */
export interface ReadingPlace {
  /** Undefined when nothing was ever run. */
  readonly state: string | undefined;
  readonly repoId: RepoId | undefined;
  /** The reader of this repository's jobs, if there are any. */
  readonly reader: JobReader | undefined;
  /** The worktree, or the directory outside git; undefined where there is no directory. */
  readonly here: string | undefined;
  /** `CWD_NOT_FOUND` where there is no current directory: then only jobs that are found in any repository can be meant. */
  readonly lost?: unknown;
}

/** Of a command that is about a repository. `state`: the state directory, if not the usual one. Throws `CWD_NOT_FOUND`, and when the state directory or the database cannot be used. */
export function openRepository(cwd: () => string, state?: string): ReadingPlace & {readonly here: string} {
  return placeAround(locateRepo(cwd()), state);
}

/** Of a command that is about jobs, which may be those of other repositories. Throws like `openRepository` but for `lost`. */
export function openReadingPlace(cwd: () => string, state?: string): ReadingPlace {
  try {
    return openRepository(cwd, state);
  } catch (error) {
    if (!hasCode(error, 'CWD_NOT_FOUND')) throw error;
    return {
      state: findStateDirectory(state),
      repoId: undefined,
      reader: undefined,
      here: undefined,
      lost: error,
    };
  }
}

function placeAround(repo: Repo, told: string | undefined): ReadingPlace & {readonly here: string} {
  const here = repo.kind === 'git' ? (repo.worktree ?? repo.commonDir) : repo.directory;
  const state = findStateDirectory(told);
  if (state === undefined) return {state, here, repoId: findRepoId(repo), reader: undefined};
  const likely = openReader(state, findRepoId(repo));
  const registered = likely.reader?.place;
  if (registered !== undefined && registered === placeOf(repo)) return {state, here, ...likely};
  likely.reader?.close();
  // It moved, is a copy, has never run anything, or has an id that could not be written: the databases tell which.
  return {
    state,
    here,
    ...openReader(
      state,
      findRepoId(repo, id => registeredPlace(state, id)),
    ),
  };
}

/** The path by which the coordinator knows a repository. */
export function placeOf(repo: Repo): string {
  return repo.kind === 'git' ? repo.commonDir : repo.directory;
}

function openReader(state: string, repoId: RepoId | undefined): Pick<ReadingPlace, 'repoId' | 'reader'> {
  const reader = repoId === undefined ? undefined : JobReader.open(state, repoId, systemClock);
  if (repoId !== undefined && reader === undefined) refuseLostDatabase(state, repoId);
  return {repoId, reader};
}

/** A database is made before the first job's directory: where there are some, somebody has removed or emptied it. */
function refuseLostDatabase(state: string, repoId: RepoId): void {
  const invocations = invocationsOnDisk(state, repoId).length;
  if (invocations === 0) return;
  const path = join(state, databasePath(repoId));
  const there = `${counted(invocations, 'invocation')} ${plural(invocations, 'has', 'have')} directories`;
  throw new StintError('STORE_CORRUPT', `${path} is gone or empty, although ${there}.`, {
    hint: 'Run: stint doctor --repair   (it rebuilds the rows from the job directories)',
  });
}

function registeredPlace(state: string, id: RepoId): string | undefined {
  const reader = JobReader.open(state, id, systemClock);
  try {
    return reader?.place;
  } finally {
    reader?.close();
  }
}
