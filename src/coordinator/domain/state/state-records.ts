/**
 * The way back from a job's state to the status records that made it. A row is written after its journal, so one that
 * tells more than the journal says that somebody took records out of it: these are put back.
 */
import {type Moment, type ProcessSpace, unreachable} from '../../../base/index.ts';
import {type EndedState, isEnded, type JobState} from '../job/job.ts';
import type {OpenStatus} from '../job/status.ts';
import {reasonOfEnding} from './ended-anyway.ts';
import {type SignaledProcess, signaledEvent} from './signaled-event.ts';
import type {StatusEvent, StatusRecord} from './status-event.ts';

/** Status records that `nextState` makes this state of; without those of what has passed, as a stall. */
export function recordsOf(state: JobState): StatusRecord[] {
  if (state.status === 'queued') return [];
  const started = startOf(state);
  if (state.status === 'running') return started;
  if (state.status === 'cancelling') {
    const {since, killAt, reason, timedOut, signaled: signal, signaledTo: to} = state;
    const graceMs = Math.max(0, killAt - since);
    return [...started, ...wish({ts: since, graceMs, reason, timedOut, signal, to})];
  }
  const {status, exitCode, finishedAt, killAt, signal, message, closedAt, signaledTo: to} = state;
  const graceMs = killAt === undefined ? 0 : Math.max(0, killAt - finishedAt);
  const wasEnded = status === 'cancelled' || status === 'timed_out';
  const reason = wasEnded ? message : reasonOfEnding(message);
  const wasWished = wasEnded ? exitCode !== undefined : (killAt ?? reason) !== undefined;
  const timedOut = status === 'timed_out' ? true : undefined;
  const wished = wasWished
    ? wish({ts: finishedAt, graceMs, reason, timedOut, signal: signal ?? (reason && state.signaled), to})
    : [];
  const closed: StatusRecord[] = closedAt === undefined ? [] : [{ts: closedAt, data: {event: 'closed'}}];
  return [...started, ...wished, {ts: finishedAt, data: endOf(state)}, ...closed];
}

/** What is known of a job by its journal (undefined: it has no record) and its row: that of the two which tells more. */
export function furtherState(journal: JobState | undefined, row: JobState): JobState {
  return journal !== undefined && rank(journal) >= rank(row) ? journal : row;
}

/** The records of `known` that are missing from a journal which tells `journal`; none when it tells as much. */
export function missingRecords(journal: JobState | undefined, known: JobState): StatusRecord[] {
  const there = journal === undefined ? 0 : rank(journal);
  if (there >= rank(known)) return [];
  return recordsOf(known).filter(({data}) => rankOfEvent(data) > there);
}

/** With what a row does not hold of the start, and the wrapper wrote: where it was, and the uptime. */
export function withStart(
  state: JobState,
  {space, began}: {readonly space: ProcessSpace | undefined; readonly began: Moment | undefined},
): JobState {
  if (state.status === 'queued' || state.startedAt === undefined || space === undefined) return state;
  const uptime = state.uptime ?? began?.uptime;
  if (state.space !== undefined && state.uptime === uptime) return state;
  return {...state, space: state.space ?? space, ...(uptime && {uptime})};
}

function startOf({
  startedAt,
  pid = 0,
  space,
  uptime,
}: Pick<EndedState, 'startedAt' | 'pid' | 'space' | 'uptime'>): StatusRecord[] {
  if (startedAt === undefined) return [];
  const up = uptime === undefined ? {} : {uptime_ms: uptime.ms};
  return [{ts: startedAt, data: {event: 'started', pid, ...space, ...up}}];
}

interface Wish {
  readonly ts: number;
  readonly graceMs: number;
  readonly reason?: string | undefined;
  readonly timedOut?: true | undefined;
  readonly signal?: string | undefined;
  readonly to?: readonly SignaledProcess[] | undefined;
}

function wish({ts, graceMs, reason, timedOut, signal, to}: Wish): StatusRecord[] {
  const why = {...(reason === undefined ? {} : {reason}), ...(timedOut && {timed_out: timedOut})};
  const wished: StatusRecord = {ts, data: {event: 'cancelling', grace_ms: graceMs, ...why}};
  if (signal === undefined) return [wished];
  const data =
    to === undefined
      ? {event: 'signaled' as const, signal}
      : signaledEvent(signal, {processes: to, refused: []});
  return [wished, {ts, data}];
}

function endOf(state: EndedState): StatusEvent {
  const {unseenEnd} = state;
  const isTimed = state.startedAt !== undefined || unseenEnd !== undefined;
  const took = isTimed ? {took_ms: state.tookMs ?? null} : {};
  const bounds = typeof unseenEnd === 'object' ? {ended_between_ms: unseenEnd} : {};
  const {cpu} = state;
  const used = cpu === undefined ? {} : {cpu_user_ms: cpu.userMs, cpu_system_ms: cpu.systemMs};
  if (state.exitCode !== undefined)
    return {event: 'finished', exit_code: state.exitCode, ...bounds, ...took, ...used};
  switch (state.status) {
    case 'cancelled':
      return {event: 'cancelled'};
    case 'skipped':
      return {event: 'skipped', message: state.message ?? ''};
    case 'completed':
    case 'failed':
    case 'crashed':
    case 'timed_out':
      return {
        event: 'crashed',
        message: state.message ?? '',
        ...took,
        ...bounds,
        ...(unseenEnd === 'still-runs' ? {still_runs: true} : {}),
      };
    default:
      return unreachable(state.status);
  }
}

/** How far a job is. */
function rank(state: JobState): number {
  if (isEnded(state)) return RANKS.ended;
  return state.status === 'cancelling' && state.signaled !== undefined ? RANKS.signaled : RANKS[state.status];
}

const RANKS: Readonly<Record<OpenStatus | 'signaled' | 'ended', number>> = {
  queued: 0,
  running: 1,
  cancelling: 2,
  signaled: 3,
  ended: 4,
};

function rankOfEvent({event}: StatusEvent): number {
  if (event === 'started') return RANKS.running;
  return event === 'cancelling' || event === 'signaled' ? RANKS[event] : RANKS.ended;
}
