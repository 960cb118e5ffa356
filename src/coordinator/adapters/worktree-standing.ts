/**
 * Whether the worktree of a job is gone. A path that leads nowhere does not tell by itself: a worktree that was moved, or a
 * disk that is not mounted, looks the same. What runs knows best, because the directory in which it was started goes with it.
 */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {codeOf, pathBytes} from '../../base/index.ts';
import {directoryOfProcess, fileProblem} from '../../platform/index.ts';
import type {Job} from '../domain/index.ts';
import type {WorktreeStanding} from '../ports/index.ts';

/** A job outside git has none that could go. */
export function worktreeStanding({spec, state}: Job): WorktreeStanding {
  const {worktree} = spec.invocation;
  if (worktree === null) return 'there';
  try {
    if (statSync(pathBytes(worktree)).isDirectory()) return 'there';
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return {unsure: fileProblem(error)};
  }
  const directory = 'pid' in state && state.pid > 0 ? directoryOfProcess(state.pid) : undefined;
  if (directory === 'removed') return 'gone';
  if (directory === 'there')
    return {unsure: `${worktree} is not there, but the directory in which it runs is`};
  if (!existsSync(pathBytes(spec.place))) return {unsure: `its repository is not at ${spec.place} any more`};
  return isLocked(spec.place, worktree) ? {unsure: `git worktree lock keeps ${worktree}`} : 'gone';
}

/** Whether somebody told git that this worktree may be away for a while. `place` is git's common directory. */
function isLocked(place: string, worktree: string): boolean {
  const all = join(place, 'worktrees');
  try {
    return readdirSync(all).some(name => {
      const path = join(all, name);
      if (!existsSync(join(path, 'locked'))) return false;
      return resolve(path, readFileSync(join(path, 'gitdir'), 'utf8').trimEnd()) === join(worktree, '.git');
    });
  } catch {
    return false; // there is no other worktree, or git would not know either
  }
}
