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
  const repoId = findRepoId(repo);
  const reader =
    state === undefined || repoId === undefined ? undefined : JobReader.open(state, repoId, systemClock);
  if (reader !== undefined && isCopy(repo, repoId, reader.place)) {
    reader.close();
    return {state, repo, repoId: undefined, reader: undefined, here};
  }
  return {state, repo, repoId, reader, here};
}

/** The path by which the coordinator knows a repository. */
export function placeOf(repo: Repo): string {
  return repo.kind === 'git' ? repo.commonDir : repo.directory;
}

/** The id belongs to the repository that this one was copied from: nothing was run here yet. */
function isCopy(repo: Repo, id: RepoId | undefined, registered: string | undefined): boolean {
  if (registered === undefined || registered === placeOf(repo)) return false;
  return findRepoId(repo, each => (each === id ? registered : undefined)) === undefined;
}
