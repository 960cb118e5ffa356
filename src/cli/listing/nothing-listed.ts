/** What is said besides a list: that nothing is in it and what there is elsewhere, and how much was left out. */
import {counted, plural, visible} from '../../base/index.ts';
import type {OtherJobs, Rest, Selection} from '../../jobs/index.ts';

export const NOTHING_RUN = 'nothing was run in this repository yet. Try: stint run -- <command>';
export const NONE_STALLED = 'no job is stalled';
export const NONE_MATCHES = 'no job matches';

/** Why a list is empty, and what there is elsewhere; `selection` is what was asked for. */
export function nothingText(
  {here, worktree}: Selection,
  stalled: boolean,
  {jobs, fitting, worktrees, otherRepos}: OtherJobs,
): string {
  if (jobs === 0) return otherRepos === 0 ? NOTHING_RUN : `${NOTHING_RUN}. ${reposText(otherRepos)}`;
  if (stalled) return NONE_STALLED;
  const where = here ? 'here' : worktree === undefined ? undefined : `in ${visible(worktree)}`;
  if (where === undefined || fitting.count === 0)
    return `${NONE_MATCHES}. ${plural(jobs, 'There is', 'There are')} ${counted(jobs, 'job')}: stint ls --all`;
  return `nothing ${where}; ${restText(fitting, ' in other worktrees')}${namesText(worktrees)}`;
}

/** `90 more: stint ls --all`; undefined where nothing was left out. `typed` is the command line. */
export function moreText({count, isLeast}: Rest, typed: string): string | undefined {
  return count === 0 ? undefined : `${isLeast ? 'at least ' : ''}${count} more: ${typed} --all`;
}

function reposText(count: number): string {
  return `Jobs of ${counted(count, 'other repository', 'other repositories')}: stint ls --all-repos`;
}

function restText({count, isLeast}: Rest, where: string): string {
  return `${isLeast ? 'at least ' : ''}${counted(count, 'job')}${where}`;
}

function namesText(worktrees: readonly string[]): string {
  if (worktrees.length === 0) return '';
  const more = worktrees.length > MOST_NAMES ? ', …' : '';
  return `: ${worktrees.slice(0, MOST_NAMES).map(visible).join(', ')}${more}`;
}

const MOST_NAMES = 5;
