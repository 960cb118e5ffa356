/** Of what a person is to be told, by what was asked for when the job was submitted. Pure. */
import type {EndedState} from '../job/job.ts';
import type {JobOptions} from '../job/job-options.ts';
import type {EndedStatus} from '../job/status.ts';
import {isStallReason} from '../stall/stall-text.ts';

/** An end is told as a failure or as any other end. */
export type EndEvent = 'ended' | 'failed';

/** As what the end of a job is told; undefined where nobody asked for that. */
export function endEvent({notify, notifyOn}: Wish, state: EndedState): EndEvent | undefined {
  if (notify === null || notifyOn === null) return undefined;
  const event = isFailure(state) ? 'failed' : 'ended';
  const isMeant = notifyOn.includes('end') || (event === 'failed' && notifyOn.includes('failure'));
  return isMeant ? event : undefined;
}

/** Whether somebody is told that the job is stalled. With `onStall: none` nothing is done besides saying so. */
export function isToldOfStall({notify, notifyOn, onStall}: Wish): boolean {
  if (notify === null || onStall === 'none') return false;
  return notifyOn === null ? onStall === 'notify' : notifyOn.includes('stall');
}

type Wish = Pick<JobOptions, 'notify' | 'notifyOn' | 'onStall'>;

/** What nobody wished: of what was ended, only what was ended for a stall. */
function isFailure({status, message}: EndedState): boolean {
  return FAILURES[status] ?? isStallReason(message);
}

const FAILURES: Readonly<Record<EndedStatus, boolean | undefined>> = {
  completed: false,
  failed: true,
  crashed: true,
  timed_out: true,
  skipped: false,
  cancelled: undefined,
};
