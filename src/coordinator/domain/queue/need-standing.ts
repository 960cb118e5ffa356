/** How it is with what a job needs. Pure. */
import {isEnded, type JobSummary} from '../job/job.ts';
import {type Need, type NeedEnd, needText} from '../job/need.ts';
import {type EndedStatus, FAILED} from '../job/status.ts';

/** It has ended as it was to, or may yet; or it never will, and why, in words. */
export type NeedStanding = 'met' | 'open' | {readonly never: string};

/** The last attempt of a job that is needed. */
export interface NeededJob extends Pick<JobSummary, 'state'> {
  /** Nothing that could be found of it is left, or no more can be done about that. Default: not. */
  readonly isGone?: boolean;
}

/** `found` is undefined where it is not there any more. */
export function needStanding(need: Need, found: NeededJob | undefined): NeedStanding {
  const {end} = need;
  if (end === 'gone' && found === undefined) return 'met';
  if (found === undefined) return {never: `${needText(need)} was removed, so how it ended cannot be known`};
  const {state} = found;
  if (!isEnded(state)) return 'open';
  if (end === 'gone') return found.isGone ? 'met' : 'open';
  const {status} = state;
  if (needMet(end, status)) return 'met';
  return {
    never: `${needText(need)} ${HOW[status]}${end === 'failed' ? ', and only a failure of it was waited for' : ''}`,
  };
}

/** Whether a job that ended like this has ended as it was to. */
export function needMet(end: NeedEnd, status: EndedStatus): boolean {
  return end === 'ended' || (end === 'failed' ? FAILED.includes(status) : status === 'completed');
}

const HOW: Readonly<Record<EndedStatus, string>> = {
  completed: 'completed',
  failed: 'failed',
  crashed: 'crashed',
  timed_out: 'timed out',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
};

/** All needs of a job as one: none of those that never will be met, or those that are open still. */
export function needsStanding(
  needs: readonly Need[],
  find: (need: Need) => NeededJob | undefined,
): {readonly open: readonly Need[]; readonly never?: string} {
  const open: Need[] = [];
  for (const need of needs) {
    const standing = needStanding(need, find(need));
    if (typeof standing === 'object') return {open: [], never: standing.never};
    if (standing === 'open') open.push(need);
  }
  return {open};
}
