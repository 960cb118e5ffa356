/** Which repository a command is about: the one around the current directory. */
import type {RepoId} from '../base/index.ts';
import {JobReader} from '../coordinator/adapters/index.ts';
import {findStateDirectory, systemClock} from '../platform/index.ts';
import {findRepoId, locateRepo, type Repo} from '../project/index.ts';

/** What a reading command has to start from. */
export interface ReadingPlace {
  /** Undefined when nothing was ever run. */
  readonly state: string | undefined;
  readonly repo: Repo;
  readonly repoId: RepoId | undefined;
  /** The reader of this repository's jobs, if there are any. */
  readonly reader: JobReader | undefined;
  /** The worktree, or the directory outside git. */
  readonly here: string;
}

/** Throws when the state directory or the database cannot be used. */
export function openReadingPlace(cwd: string): ReadingPlace {
  const repo = locateRepo(cwd);
  const here = repo.kind === 'git' ? (repo.worktree ?? repo.commonDir) : repo.directory;
  const state = findStateDirectory();
  if (state === undefined) return {state, repo, here, repoId: findRepoId(repo), reader: undefined};
  const likely = openReader(state, findRepoId(repo));
  const registered = likely.reader?.place;
  if (registered !== undefined && registered === placeOf(repo)) return {state, repo, here, ...likely};
  likely.reader?.close();
  // It moved, is a copy, has never run anything, or has an id that could not be written: the databases tell which.
  return {
    state,
    repo,
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
  return {repoId, reader: repoId === undefined ? undefined : JobReader.open(state, repoId, systemClock)};
}

function registeredPlace(state: string, id: RepoId): string | undefined {
  const reader = JobReader.open(state, id, systemClock);
  try {
    return reader?.place;
  } finally {
    reader?.close();
  }
}
