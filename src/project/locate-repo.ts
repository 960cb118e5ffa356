/**
 * Finds the repository around a directory by reading files, since starting git costs milliseconds. Only the directory
 * counts, not the environment: in a hook GIT_DIR may name another repository than the one that is meant. Paths are as
 * `pathText`, so that a directory need not be UTF-8.
 */
import {accessSync, constants} from 'node:fs';
import {dirname, join, resolve} from 'node:path';

import {messageOf, pathBytes, StintError} from '../base/index.ts';
import {directoryProblem, realPath} from '../platform/index.ts';
import {configValues} from './git-config.ts';
import {isThere, readIfReadable} from './small-file.ts';

export type Repo = GitRepo | PlainDirectory;

export interface GitRepo {
  readonly kind: 'git';
  /** Real path of what all worktrees share: configuration, branches, objects. */
  readonly commonDir: string;
  /** Real path of what belongs to this worktree alone, such as its HEAD; for the main one the same as `commonDir`. */
  readonly gitDir: string;
  /** Real path of the top of the checkout; undefined in a bare repository or inside a `.git` directory. */
  readonly worktree: string | undefined;
}

export interface PlainDirectory {
  readonly kind: 'directory';
  /** Real path. */
  readonly directory: string;
}

/**
 * The repository that `cwd` lies in, or the directory itself when it lies in none. A `.git` file that leads nowhere
 * (its worktree was pruned) ends the search, as it does for git: what lies further up is another repository.
 * Throws `CWD_NOT_FOUND` when the directory does not exist or may not be entered.
 */
export function locateRepo(cwd: string): Repo {
  const directory = realDirectory(cwd);
  for (let at = directory; ; at = dirname(at)) {
    const dotGit = join(at, '.git');
    const checkout = repoOf(dotGit, at);
    if (checkout !== undefined) return checkout;
    const linked = linkedGitDir(dotGit);
    if (linked !== undefined) return repoOf(linked, at) ?? {kind: 'directory', directory};
    const bare = repoOf(at, undefined);
    if (bare !== undefined) return bare;
    if (dirname(at) === at) return {kind: 'directory', directory};
  }
}

function realDirectory(cwd: string): string {
  try {
    const directory = realPath(cwd);
    accessSync(pathBytes(directory), constants.X_OK);
    return directory;
  } catch (error) {
    const why = directoryProblem(cwd, 'does not exist') ?? `cannot be used: ${messageOf(error)}`;
    throw new StintError('CWD_NOT_FOUND', `The directory ${cwd} ${why}.`, {
      cause: error,
      hint: 'Change to a directory that exists and try again.',
    });
  }
}

/** What a `.git` file names: the git directory of a linked worktree or a submodule. */
function linkedGitDir(dotGit: string): string | undefined {
  const text = readIfReadable(dotGit);
  if (!text?.startsWith(GITDIR)) return undefined;
  return resolve(dirname(dotGit), text.slice(GITDIR.length).trimEnd());
}

const GITDIR = 'gitdir: ';

function repoOf(path: string, checkout: string | undefined): GitRepo | undefined {
  if (!isThere(join(path, 'HEAD'))) return undefined;
  try {
    const gitDir = realPath(path);
    const commonDir = commonDirOf(gitDir);
    if (!isThere(join(commonDir, 'objects')) || !isThere(join(commonDir, 'refs'))) return undefined;
    const bare = checkout === undefined || (gitDir === commonDir && isBare(commonDir));
    return {kind: 'git', commonDir, gitDir, worktree: bare ? undefined : checkout};
  } catch {
    return undefined; // it vanished, or names a place that does not exist
  }
}

function commonDirOf(gitDir: string): string {
  const file = join(gitDir, 'commondir');
  if (!isThere(file)) return gitDir;
  return realPath(resolve(gitDir, (readIfReadable(file) ?? '').trimEnd()));
}

/** A `.git` may be bare: many keep only linked worktrees beside it. */
function isBare(commonDir: string): boolean {
  const value = configValues(readIfReadable(join(commonDir, 'config')) ?? '', 'core', 'bare').at(-1);
  return value !== undefined && TRUE.has(value.toLowerCase());
}

const TRUE = new Set(['true', 'yes', 'on', '1']);
