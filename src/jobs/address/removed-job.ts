/** A job that an address may have meant and that was removed, as far as anybody remembers it. */
import {parseInvocationId, type RepoId} from '../../base/index.ts';
import type {Address} from '../../coordinator/domain/index.ts';
import {type AskedRemoved, removedJobs, reposOf} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../place.ts';
import {addressText} from './address-text.ts';

export interface RemovedJob {
  /** Undefined where nobody remembers more than its name. */
  readonly address: string | undefined;
  /** Unix milliseconds; undefined where nobody knows. */
  readonly at: number | undefined;
}

/**
 * By its invocation in any repository, by a name the newest of this one. Of a whole handle of which nothing is known neither is:
 * nobody can tell whether there ever was such a job.
 */
export function removedJob(place: ReadingPlace, address: Address): RemovedJob | undefined {
  const {invocation, job, attempt, eitherWay = false} = address;
  const byName = invocation === undefined || eitherWay ? removedByName(place, address) : undefined;
  if (byName !== undefined || invocation === undefined || invocation.length < TELLING_DIGITS) return byName;
  const rows = reposFrom(place).flatMap(repo => remembered(place, repo, {prefix: invocation}));
  const [row] = rows
    .filter(
      each =>
        (job === undefined || eitherWay || each.name === job) && (attempt ?? each.attempt) === each.attempt,
    )
    .sort((a, b) => (b.removed_at ?? 0) - (a.removed_at ?? 0));
  return row && known(row);
}

/** As many as lists show of an id: fewer begin too many. */
const TELLING_DIGITS = 6;

function removedByName(place: ReadingPlace, {job, worktree, attempt}: Address): RemovedJob | undefined {
  if (place.repoId === undefined || job === undefined || worktree !== undefined || attempt !== undefined)
    return undefined;
  const [row] = remembered(place, place.repoId, {name: job});
  return row && known(row);
}

type Row = ReturnType<typeof removedJobs>[number];

function known({invocation_id, name, attempt, removed_at}: Row): RemovedJob {
  const id = parseInvocationId(invocation_id ?? '');
  const again = attempt === null || attempt === 1 ? '' : `@${attempt}`;
  return {address: id && `${addressText(id, name)}${again}`, at: removed_at ?? undefined};
}

function reposFrom({state, repoId}: ReadingPlace): readonly RepoId[] {
  if (state === undefined) return [];
  return [...(repoId === undefined ? [] : [repoId]), ...reposOf(state).filter(id => id !== repoId)];
}

function remembered({state}: ReadingPlace, repo: RepoId, asked: AskedRemoved): readonly Row[] {
  try {
    return state === undefined ? [] : removedJobs(state, repo, asked);
  } catch {
    return []; // who asks for a job that is there is told why
  }
}
