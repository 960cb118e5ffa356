/**
 * The id under which stint keeps what belongs to a repository: `stint.id` in the configuration that all its worktrees
 * share, so that it survives a move. Where that cannot be written, and outside git, it follows from the path.
 */
import {statSync} from 'node:fs';

import {pathBytes, type RepoId} from '../base/index.ts';
import {configuredId} from './configured-id.ts';
import {decideRepoId} from './decide-repo-id.ts';
import type {GitRepo, Repo} from './locate-repo.ts';
import {mintRepoId} from './mint-repo-id.ts';
import {sha256} from './sha256.ts';

export interface RepoIdentity {
  readonly id: RepoId;
  /** This call wrote a new id into the repository's configuration. */
  readonly created: boolean;
  /** The id is registered for another common directory, which is gone: it is to be registered for this one. */
  readonly moved: boolean;
}

/** The common directory for which an id was registered, if it was. */
export type RegisteredPathOf = (id: RepoId) => string | undefined;

/**
 * The id of a repository or directory, or undefined when `ensureRepoId` would have to give it one. Writes nothing.
 * Without `registeredPathOf` a copy is taken for its original, and a read-only repository has no id.
 */
export function findRepoId(
  repo: Repo,
  registeredPathOf: RegisteredPathOf = unregistered,
): RepoId | undefined {
  if (repo.kind === 'directory') return derived(repo.directory).id;
  return existingIdentity(repo, configuredId(repo.commonDir), registeredPathOf)?.id;
}

/**
 * The id of a repository or directory, made and written when it has none or only that of the repository that it was
 * copied from. Starts git then, and waits for it (milliseconds; a third of a second when the configuration is locked).
 */
export function ensureRepoId(repo: Repo, registeredPathOf: RegisteredPathOf): RepoIdentity {
  if (repo.kind === 'directory') return derived(repo.directory);
  // Read once: an id that appears from here on is that of somebody who was faster, and must not be replaced.
  const found = configuredId(repo.commonDir);
  const existing = existingIdentity(repo, found, registeredPathOf);
  if (existing !== undefined) return existing;
  const minted = mintRepoId(repo.commonDir, found);
  return minted === undefined ? derived(repo.commonDir) : {...minted, moved: false};
}

function unregistered(): undefined {
  return undefined;
}

function existingIdentity(
  repo: GitRepo,
  found: RepoId | undefined,
  registeredPathOf: RegisteredPathOf,
): RepoIdentity | undefined {
  const {commonDir} = repo;
  const registeredCommonDir = found === undefined ? undefined : registeredPathOf(found);
  const originalStillHasId = isOriginal(registeredCommonDir, found, repo);
  const decision = decideRepoId({found, registeredCommonDir, commonDir, originalStillHasId});
  if (found !== undefined && decision !== 'mint')
    return {id: found, created: false, moved: decision === 'move'};
  // One whose configuration could not be written keeps the id it got then, and with it its history.
  const fallback = derived(commonDir);
  return registeredPathOf(fallback.id) === commonDir ? fallback : undefined;
}

function isOriginal(registered: string | undefined, id: RepoId | undefined, repo: GitRepo): boolean {
  if (registered === undefined || registered === repo.commonDir) return false;
  return configuredId(registered) === id && !isSameDirectory(registered, repo.commonDir);
}

/** Two names for one directory (a bind mount) are no copy. */
function isSameDirectory(one: string, other: string): boolean {
  const a = statSync(pathBytes(one), {throwIfNoEntry: false});
  const b = statSync(pathBytes(other), {throwIfNoEntry: false});
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function derived(path: string): RepoIdentity {
  return {id: sha256(path).slice(0, 16) as RepoId, created: false, moved: false};
}
