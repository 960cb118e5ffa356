/** A repository with two worktrees, for what depends on where a command is given. */
import {join} from 'node:path';

import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';

export interface Worktrees {
  readonly place: TemporaryPlace;
  readonly main: string;
  /** On the branch `topic`. */
  readonly linked: string;
}

/** Whoever makes it removes `place`. */
export function makeWorktrees(): Worktrees {
  const place = temporaryPlace();
  const main = place.makeRepo('repo');
  place.git('repo', 'worktree', 'add', '--quiet', '-b', 'topic', '../trees/linked');
  return {place, main, linked: join(place.root, 'trees', 'linked')};
}
