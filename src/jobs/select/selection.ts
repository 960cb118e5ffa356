/** Which jobs are meant, told by what they are: of `ls`, of logs of several, of what is to be ended. Pure. */
import {isSmallOnly, type Pattern, parsePattern} from '../../base/index.ts';
import {
  isEnded,
  isSameSubmitter,
  isWorktree,
  type JobState,
  STATUSES,
} from '../../coordinator/domain/index.ts';
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
  /** Who started it, also where only one of the two tells the session. */
  readonly by?: string | undefined;
  /** Found in the name or in the command. */
  readonly pattern?: Pick<Pattern, 'matches'> | undefined;
}

/** So many of the last invocations are listed unless told otherwise. */
export const USUAL_LAST = 10;

/** What is looked for in names and commands. Throws `USAGE` for what is no regular expression; `what`: where it was given. */
export function patternOfJobs(source: string, what: string): Pattern {
  return parsePattern(source, what, {ignoreCase: isSmallOnly(source)});
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
  return isStateSelected(job, selection) && selectedRows([job.row], selection, from).length > 0;
}

/** Whether it fits in what no row tells for certain. */
export function isStateSelected(job: ListedJob, {statuses, since}: Selection): boolean {
  const isWanted = statuses === undefined || statuses.includes(shownStatus(job));
  return isWanted && (since === undefined || latestEnd(job.state) >= since);
}

/** Those that fit in all for which a row suffices, also one that may be out of date. */
export function selectedRows(
  rows: readonly ListedRow[],
  selection: Selection,
  from: Standpoint,
): readonly ListedRow[] {
  const fitting = rows.filter(row => fits(row, selection, from));
  const {pattern} = selection;
  if (pattern === undefined || fitting.length === 0) return fitting;
  const found = pattern.matches(fitting.flatMap(({name, command}) => [name, command]));
  return fitting.filter((_, at) => found[2 * at] || found[2 * at + 1]);
}

/** Of closed jobs those that have to be looked at, because they may be meant. */
export function selectedClosedRows(
  rows: readonly ListedRow[],
  selection: Selection,
  from: Standpoint,
): readonly ListedRow[] {
  const {statuses, since} = selection;
  const mayFit = rows.filter(row => {
    const endedAt = Math.max(row.finished_at ?? 0, row.closed_at ?? 0);
    const isWanted = statuses === undefined || statuses.includes(statusOfClosed(row));
    return isWanted && (since === undefined || endedAt >= since);
  });
  return selectedRows(mayFit, selection, from);
}

function fits(row: ListedRow, selection: Selection, {here, place}: Standpoint): boolean {
  const {tags, names, worktree, hook, until, by} = selection;
  const stands = {branch: row.branch, worktree: row.worktree ?? place ?? null};
  return (
    (names === undefined || names.includes(row.name)) &&
    (tags === undefined || (JSON.parse(row.tags) as string[]).some(tag => tags.includes(tag))) &&
    (hook === undefined || row.hook_type === hook) &&
    (until === undefined || row.queued_at < until) &&
    (by === undefined || (row.submitted_by !== null && isSameSubmitter(row.submitted_by, by))) &&
    (!selection.here || stands.worktree === here) &&
    (worktree === undefined || isWorktree(stands, worktree))
  );
}

/** When it was over at the latest, as far as anybody knows; never, of one that goes on. */
function latestEnd(state: JobState): number {
  if (!isEnded(state)) return Number.POSITIVE_INFINITY;
  const {unseenEnd, finishedAt, closedAt} = state;
  if (unseenEnd === undefined) return finishedAt;
  if (typeof unseenEnd === 'object') return unseenEnd[1];
  return unseenEnd === 'still-runs' ? Number.POSITIVE_INFINITY : (closedAt ?? Number.POSITIVE_INFINITY);
}
