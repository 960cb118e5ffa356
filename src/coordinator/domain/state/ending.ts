/** The records that say when a job began, how it ended and how long it ran. Pure. */
import {elapsedMs, type Moment, type ProcessSpace} from '../../../base/index.ts';
import {isEnded, type JobState} from '../job/job.ts';
import {finishedEvent, type StartedEvent, type StatusEvent} from './status-event.ts';

/** `began` is the moment of the start, where it is known. */
export function startedEvent(
  pid: number,
  space: ProcessSpace | undefined,
  began: Moment | undefined,
): StartedEvent {
  const uptime = began?.uptime === undefined ? {} : {uptime_ms: began.uptime.ms};
  return {event: 'started', pid, ...space, ...uptime};
}

/** How a job ended, as it is found. */
export type Ending =
  /** With the code that its wrapper wrote, at that moment. */
  | {readonly how: 'exited'; readonly code: number; readonly ended: Moment}
  | {readonly how: 'crashed'; readonly message: string}
  /** Before it was started. */
  | {readonly how: 'cancelled'};

/** `state` is the job's until then, `now` when this is recorded. */
export function endingEvent(ending: Ending, state: JobState, now: Moment): StatusEvent {
  if (ending.how === 'cancelled') return {event: 'cancelled'};
  const began = startOf(state);
  if (ending.how === 'crashed') return {event: 'crashed', message: ending.message, ...took(began, now)};
  const {code, ended} = ending;
  const isLate = (elapsedMs(ended, now) ?? now.at - ended.at) > PROMPT_MS;
  return {...finishedEvent(code, isLate ? ended.at : undefined), ...took(began, isLate ? ended : now)};
}

const PROMPT_MS = 1000;

/** When it was started, by both clocks; undefined where it never was. */
export function startOf(state: JobState): Moment | undefined {
  if (state.status === 'queued' || state.startedAt === undefined) return undefined;
  const {startedAt: at, uptime} = state;
  return {at, ...(uptime === undefined ? {} : {uptime})};
}

/** For how long it ran, or has been running until now, in milliseconds; undefined where it never was started, or nobody knows. */
export function ranMs(state: JobState, now: Moment): number | undefined {
  if (isEnded(state)) return state.tookMs;
  const began = startOf(state);
  return began && elapsedMs(began, now);
}

/** A record without it was made by an earlier version. */
function took(began: Moment | undefined, end: Moment): {took_ms?: number | null} {
  return began === undefined ? {} : {took_ms: elapsedMs(began, end) ?? null};
}
