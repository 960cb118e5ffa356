/** The records that say when a job began, how it ended and how long it ran. Pure. */
import {elapsedMs, type Moment, type ProcessSpace, unreachable} from '../../../base/index.ts';
import {isEnded, type JobState} from '../job/job.ts';
import {recordedCpu, type WrittenCpuTime} from './cpu-time.ts';
import {finishedEvent, type StartedEvent, type StatusEvent} from './status-event.ts';
import {type LostBy, lostText, type UnseenEnd} from './unseen-end.ts';

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
  | {
      readonly how: 'exited';
      readonly code: number;
      readonly ended: Moment;
      readonly cpu?: WrittenCpuTime | undefined;
    }
  /** It could not be started. */
  | {readonly how: 'crashed'; readonly message: string}
  /** Without a code that anybody could write; what is known of when is absent where that was seen just now. */
  | {readonly how: 'lost'; readonly by: LostBy; readonly end?: UnseenEnd}
  /** Before it was started. */
  | {readonly how: 'cancelled'}
  /** The same, because what it needs did not end as it was to. */
  | {readonly how: 'skipped'; readonly message: string};

/** `state` is the job's until then, `now` when this is recorded. */
export function endingEvent(ending: Ending, state: JobState, now: Moment): StatusEvent {
  switch (ending.how) {
    case 'cancelled':
      return {event: 'cancelled'};
    case 'skipped':
      return {event: 'skipped', message: ending.message};
    case 'crashed':
      return {event: 'crashed', message: ending.message, ...took(startOf(state), now)};
    case 'lost':
      return lostEvent(ending, startOf(state), now);
    case 'exited':
      return withCpu(exitedEvent(ending.code, ending.ended, startOf(state), now), ending);
    default:
      return unreachable(ending);
  }
}

function lostEvent(
  {by, end}: Extract<Ending, {how: 'lost'}>,
  began: Moment | undefined,
  now: Moment,
): StatusEvent {
  const message = lostText(by, end === undefined || typeof end === 'object');
  if (end === undefined) return {event: 'crashed', message, ...took(began, now)};
  const crashed = {event: 'crashed', message, took_ms: null} as const;
  if (end === 'still-runs') return {...crashed, still_runs: true};
  return end === 'unknown' ? crashed : {...crashed, ended_between_ms: end};
}

type FinishedEvent = Extract<StatusEvent, {event: 'finished'}>;

/** Where nobody knows how long it took, it was not longer than the machine was up. */
function withCpu(event: FinishedEvent, {cpu, ended}: Extract<Ending, {how: 'exited'}>): FinishedEvent {
  return {...event, ...recordedCpu(cpu, event.took_ms ?? ended.uptime?.ms)};
}

function exitedEvent(code: number, ended: Moment, began: Moment | undefined, now: Moment): FinishedEvent {
  // No time at all is known over a boot.
  const isTimed = ended.uptime !== undefined && now.uptime !== undefined;
  const late = elapsedMs(ended, now) ?? (isTimed ? Number.POSITIVE_INFINITY : Math.abs(now.at - ended.at));
  if (late <= PROMPT_MS) return {...finishedEvent(code), ...took(began, now)};
  const at = endedAt(ended, began, now);
  if (at !== undefined || began === undefined) return {...finishedEvent(code, at), ...took(began, ended)};
  return {
    ...finishedEvent(code),
    ...(began.at <= now.at ? {ended_between_ms: [began.at, now.at] as const} : {}),
    ...(began.uptime && ended.uptime ? took(began, ended) : {took_ms: null}),
  };
}

/** So soon after the end it is recorded when nothing is in the way. */
const PROMPT_MS = 200;

/**
 * When the command ended, by the wall clock: as the file says which the wrapper wrote then. That it was written since (or the
 * clock set) is known by the uptime that stands in it, which also tells the time then. Undefined where no time is possible.
 */
function endedAt(ended: Moment, began: Moment | undefined, now: Moment): number | undefined {
  const isPossible = (at: number) => at >= (began?.at ?? 0) && at <= now.at;
  const sinceStart = began?.uptime && ended.uptime && elapsedMs(began, ended);
  const untilNow = ended.uptime && now.uptime && elapsedMs(ended, now);
  const byUptime = [
    ...(began === undefined || sinceStart === undefined ? [] : [began.at + sinceStart]),
    ...(untilNow === undefined ? [] : [now.at - untilNow]),
  ];
  const isTrue = byUptime.length === 0 || byUptime.some(at => Math.abs(at - ended.at) <= NEAR_MS);
  return [...(isTrue ? [ended.at] : []), ...byUptime].find(isPossible);
}

/** What is read of a file and of two clocks, one after the other, differs by less. */
const NEAR_MS = 500;

/** When it was started, by both clocks; undefined where it never was. */
export function startOf(state: JobState): Moment | undefined {
  if (state.status === 'queued' || state.startedAt === undefined) return undefined;
  const {startedAt: at, uptime} = state;
  return {at, ...(uptime === undefined ? {} : {uptime})};
}

/**
 * Until when a job was alive for certain, that ended unseen: `lastSign` is what its log tells of that. A time that is none of
 * its life is that of a clock that was set. Undefined where it never was started.
 */
export function aliveUntil(state: JobState, lastSign: number | undefined, now: number): number | undefined {
  const began = startOf(state)?.at;
  if (began === undefined || lastSign === undefined) return began;
  return began <= lastSign && lastSign <= now ? lastSign : began;
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
