/** Of what a person is to be told, by what was asked for when the job was submitted. Pure. */
import type {EndedState} from '../job/job.ts';
import type {JobOptions} from '../job/job-options.ts';
import type {EndedStatus} from '../job/status.ts';
import {isStallReason} from '../stall/stall-text.ts';
import {isMemoryReason} from '../state/memory-limit.ts';
import {isUnexpectedEnd} from './unexpected-end.ts';

/** An end is told as a failure or as any other end. */
export type EndEvent = 'ended' | 'failed';

/** As what the end of a job is told; undefined where nobody asked for that. */
export function endEvent({notify, notifyOn, ...job}: Wish, state: EndedState): EndEvent | undefined {
  if (notify === null || notifyOn === null) return undefined;
  const isFailed = isUnexpectedEnd(job, state.status) || isFailure(state);
  const event = isFailed ? 'failed' : 'ended';
  const isMeant = notifyOn.includes('end') || (event === 'failed' && notifyOn.includes('failure'));
  return isMeant ? event : undefined;
}

/** Whether somebody is told that the job is stalled. With `onStall: none` nothing is done besides saying so. */
export function isToldOfStall({notify, notifyOn, onStall}: Wish): boolean {
  if (notify === null || onStall === 'none') return false;
  return notifyOn === null ? onStall === 'notify' : notifyOn.includes('stall');
}

type Wish = Pick<JobOptions, 'notify' | 'notifyOn' | 'onStall' | 'service'>;

/** What nobody wished: of what was ended, only what was ended for a stall or for its memory. */
function isFailure({status, message}: EndedState): boolean {
  return FAILURES[status] ?? (isStallReason(message) || isMemoryReason(message));
}

const FAILURES: Readonly<Record<EndedStatus, boolean | undefined>> = {
  completed: false,
  failed: true,
  crashed: true,
  timed_out: true,
  skipped: false,
  cancelled: undefined,
};
