/**
 * Gives a repository a new id so that all who try at the same time agree on one.
 *
 * git changes the configuration under a lock. Each process adds its id behind those that are there, or puts it in
 * place of the one it is to replace if that one still stands; then it reads, and the first id counts for everyone.
 * Whoever lost takes its own out again; where it dies before that, a second id stays, which stint never reads.
 */
import {join} from 'node:path';

import type {RepoId} from '../base/index.ts';
import {randomHex, runGitSync, withPlainPath} from '../platform/index.ts';
import {configuredId} from './configured-id.ts';
import {isThere} from './small-file.ts';

export interface MintedId {
  readonly id: RepoId;
  /** False when another process was faster, and this is its id. */
  readonly created: boolean;
}

/**
 * A new id, written in place of `replaced` if that is given. Undefined when the configuration cannot be written, git
 * is not installed, or somebody keeps the configuration locked.
 */
export function mintRepoId(commonDir: string, replaced: RepoId | undefined): MintedId | undefined {
  const mine = randomHex(8) as RepoId;
  for (const [attempt, pauseMs] of PAUSES_MS.entries()) {
    const written = writeId(commonDir, mine, replaced);
    // Looked at before the id is read: the one who held the lock may just have written it.
    const locked = isThere(join(commonDir, 'config.lock'));
    const first = configuredId(commonDir);
    if (first !== undefined && first !== replaced) {
      if (written && first !== mine) withdraw(commonDir, mine);
      return {id: first, created: first === mine};
    }
    // git does not wait for the lock of a configuration file, it fails; that lock may be gone again by now.
    if (!locked && attempt > 0) return undefined;
    pause(pauseMs);
  }
  return undefined;
}

const PAUSES_MS = [10, 20, 40, 80, 160];

function writeId(commonDir: string, id: RepoId, replaced: RepoId | undefined): boolean {
  const change =
    replaced === undefined ? ['--add', 'stint.id', id] : ['--replace-all', 'stint.id', id, `^${replaced}$`];
  return changeConfig(commonDir, change);
}

/** Takes out what stint does not read, so that `git config stint.id` tells a person the id that counts. */
function withdraw(commonDir: string, id: RepoId): void {
  for (const pauseMs of PAUSES_MS) {
    if (changeConfig(commonDir, ['--unset-all', 'stint.id', `^${id}$`])) return;
    pause(pauseMs);
  }
}

function changeConfig(commonDir: string, change: readonly string[]): boolean {
  return withPlainPath(commonDir, directory => {
    const args = ['config', '--file', join(directory, 'config'), ...change];
    return runGitSync(args, {cwd: '/', limitMs: 5_000}) !== undefined;
  });
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
