/** The id that a repository's shared configuration carries. */
import {join} from 'node:path';

import {parseRepoId, type RepoId} from '../base/index.ts';
import {configValues} from './git-config.ts';
import {readIfReadable} from './small-file.ts';

/**
 * The first valid `stint.id`, where git would take the last: of two processes that add one at the same time the first
 * one wins, and both see that (see mint-repo-id.ts).
 */
export function configuredId(commonDir: string): RepoId | undefined {
  const text = readIfReadable(join(commonDir, 'config')) ?? '';
  for (const value of configValues(text, 'stint', 'id')) {
    const id = parseRepoId(value);
    if (id !== undefined) return id;
  }
  return undefined;
}
