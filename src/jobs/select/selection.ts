/** Which jobs are meant, told by what they are: of `ls`, of logs of several, of what is to be ended. Pure. */
import {isEnded, isWorktree, STATUSES} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ListedRow} from '../../store/index.ts';
import {shownStatus, statusOfClosed} from './shown-status.ts';

/** All that is given must fit, and of a list one of it. Without anything every job is meant. */
export interface Selection {
  /** As `shownStatus` tells it. */
  readonly statuses?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Whole names. */
  readonly names?: readonly string[] | undefined;
  /** Path of the worktree, the end of its path, or its branch. */
  readonly worktree?: string | undefined;
  /** Only of the worktree that is asked from. */
  readonly here?: boolean | undefined;
  /** Unix milliseconds: not over before that. */
  readonly since?: number | undefined;
  /** Unix milliseconds: submitted before that. */
  readonly until?: number | undefined;
  /** Of what is over only the newest so many invocations; whatever goes on is always meant. Default: all. */
  readonly last?: number | undefined;
  /** The hook that submitted it. */
  readonly hook?: string | undefined;
  /** Found in the name or in the command. */
  readonly pattern?: ((text: string) => boolean) | undefined;
}

/** Where is asked from: the path of the worktree, and the place of the repository, which counts for a job of no worktree. */
export interface Standpoint {
  readonly here: string | undefined;
  readonly place: string | undefined;
}

/** Every status that a job can be told to have, in this version or a later one. */
export const ALL_STATUSES: readonly string[] = [...Object.keys(STATUSES), 'unknown'];

/** Whether the job is meant, but for `last`, which is about all of them. */
export function isSelected(job: ListedJob, selection: Selection, from: Standpoint): boolean {
  return isRowSelected(job.row, selection, from) && isStateSelected(job, selection);
}

/** The part of it for which a row suffices, also one that may be out of date. */
export function isRowSelected(row: ListedRow, selection: Selection, {here, place}: Standpoint): boolean {
  const {tags, names, worktree, hook, until, pattern} = selection;
  const stands = {branch: row.branch, worktree: row.worktree ?? place ?? null};
  return (
    (names === undefined || names.includes(row.name)) &&
    (tags === undefined || (JSON.parse(row.tags) as string[]).some(tag => tags.includes(tag))) &&
    (hook === undefined || row.hook_type === hook) &&
    (until === undefined || row.queued_at < until) &&
    (!selection.here || stands.worktree === here) &&
    (worktree === undefined || isWorktree(stands, worktree)) &&
    (pattern === undefined || pattern(row.name) || pattern(row.command))
  );
}

/** Whether a row of a closed job has to be looked at: it may be meant. */
export function isClosedRowSelected(row: ListedRow, selection: Selection, from: Standpoint): boolean {
  const {statuses, since} = selection;
  const isWanted = statuses === undefined || statuses.includes(statusOfClosed(row));
  const endedAt = Math.max(row.finished_at ?? 0, row.closed_at ?? 0);
  return isWanted && (since === undefined || endedAt >= since) && isRowSelected(row, selection, from);
}

function isStateSelected(job: ListedJob, {statuses, since}: Selection): boolean {
  return (
    (statuses === undefined || statuses.includes(shownStatus(job))) &&
    (since === undefined || latestEnd(job) >= since)
  );
}

/** When it was over at the latest, as far as anybody knows; never, of one that goes on. */
function latestEnd({state}: ListedJob): number {
  if (!isEnded(state)) return Number.POSITIVE_INFINITY;
  const {unseenEnd, finishedAt, closedAt} = state;
  if (unseenEnd === undefined) return finishedAt;
  if (typeof unseenEnd === 'object') return unseenEnd[1];
  return unseenEnd === 'still-runs' ? Number.POSITIVE_INFINITY : (closedAt ?? Number.POSITIVE_INFINITY);
}
