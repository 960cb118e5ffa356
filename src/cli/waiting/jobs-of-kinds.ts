/** Jobs that are waited for by what they are, not by what they are called. */
import {StintError, visible} from '../../base/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {type ReadingPlace, selectJobs} from '../../jobs/index.ts';

/** All that is given must fit, and of a list one of it. */
export interface Kinds {
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  /** Only of this worktree. */
  readonly here: boolean;
  readonly worktree: string | undefined;
}

/** Those that have not ended. Throws `NO_MATCH` where no job ever was of that kind: a word that nobody gave is a mistake. */
export function jobsOfKinds(place: ReadingPlace, kinds: Kinds): readonly ListedJob[] {
  const {tags, groups, here, worktree} = kinds;
  const fitting = selectJobs(place, {tags: tags.length === 0 ? undefined : tags, here, worktree}).filter(
    ({row}) => groups.length === 0 || (row.group_name !== null && groups.includes(row.group_name)),
  );
  if (fitting.length === 0)
    throw new StintError('NO_MATCH', `No job ${kindsText(kinds)} was ever run.`, {
      hint: 'stint ls --json tells the tags and groups of jobs.',
    });
  return fitting.filter(({state}) => !isEnded(state));
}

/** `of this worktree with the tag ci`. */
export function kindsText({tags, groups, here, worktree}: Kinds): string {
  const where = worktree === undefined ? (here ? 'this worktree' : 'this repository') : visible(worktree);
  const parts = [
    ...(tags.length === 0 ? [] : [`with the tag ${tags.map(visible).join(' or ')}`]),
    ...(groups.length === 0 ? [] : [`of the group ${groups.map(visible).join(' or ')}`]),
  ];
  return `of ${where} ${parts.join(' and ')}`;
}
