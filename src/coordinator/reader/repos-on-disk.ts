/** Which repositories and invocations there are, as their directories tell it: also where a database is gone. */
import {type Dirent, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, parseInvocationId, type RepoId} from '../../base/index.ts';
import {repoPath, reposOf} from '../adapters/index.ts';

export {reposOf};

/** The repositories in which an invocation's id begins so, and those that do not let that be seen. */
export function reposWithInvocation(state: string, prefix: string): RepoId[] {
  return reposOf(state).filter(repo => {
    try {
      return invocationsOnDisk(state, repo).some(name => name.startsWith(prefix));
    } catch {
      return true; // whoever opens its database is told why, or finds it there
    }
  });
}

/** The invocations of a repository that have directories, whatever the database says. */
export function invocationsOnDisk(state: string, repo: RepoId): string[] {
  return entries(join(state, repoPath(repo, 'jobs'))).flatMap(({name}) => parseInvocationId(name) ?? []);
}

function entries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true});
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
