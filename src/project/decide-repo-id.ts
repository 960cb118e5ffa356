/** What to do with the id that a repository's configuration carries; the id may have come along in a copy. */

export interface RepoIdSituation {
  /** The id in the configuration. */
  readonly found: string | undefined;
  /** Common directory for which that id was registered; undefined when it never was. */
  readonly registeredCommonDir: string | undefined;
  /** Common directory that we are in now. */
  readonly commonDir: string;
  /** Whether another directory is still where the id was registered, and carries it. */
  readonly originalStillHasId: boolean;
}

/** `use` the id as it is; `move`: the same repository at a new place; `mint`: it needs a new id. */
export function decideRepoId(situation: RepoIdSituation): 'use' | 'move' | 'mint' {
  const {found, registeredCommonDir, commonDir, originalStillHasId} = situation;
  if (found === undefined) return 'mint';
  if (registeredCommonDir === undefined || registeredCommonDir === commonDir) return 'use';
  return originalStillHasId ? 'mint' : 'move';
}
