/** When a job has run for longer than it may. Pure. */
import {type Moment, secondsText} from '../../../base/index.ts';
import type {JobState} from '../job/job.ts';
import {ranMs} from './ending.ts';

/**
 * How long it may still run, in milliseconds; 0 when its time is over. What nobody can tell by a clock that only goes forward
 * (an earlier version recorded no uptime) is told by the wall clock, which may not make the time longer.
 */
export function timeLeftMs(timeoutMs: number, state: JobState, now: Moment): number {
  return Math.min(timeoutMs, Math.max(0, timeoutMs - (ranMs(state, now) ?? 0)));
}

/** Why a job was ended that ran for longer than `timeoutMs`. */
export function timeOutReason(timeoutMs: number): string {
  return `it ran for longer than ${secondsText(timeoutMs)}`;
}
