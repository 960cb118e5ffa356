import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, parseRepoId, type RepoId} from '../../../base/index.ts';

/** Every repository in which jobs were run, whether or not its database is there. */
export function reposOf(state: string): RepoId[] {
  try {
    return readdirSync(join(state, 'repos')).flatMap(name => parseRepoId(name) ?? []);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
