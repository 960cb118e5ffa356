import {unreachable} from '../../base/index.ts';
import type {JobProgress} from './job-progress.ts';
import type {JobSpec} from './job-spec.ts';

/** What a job is doing, with what is known of it then. Times are Unix milliseconds. */
export type JobState = {readonly status: 'queued'} | RunningState | CancellingState | EndedState;

export interface RunningState {
  readonly status: 'running';
  readonly startedAt: number;
  readonly pid: number;
  /** It reports progress, and nothing has moved for too long. */
  readonly stalled?: Stall;
}

/** Since when, and in which phase where one was open. */
export interface Stall {
  readonly since: number;
  readonly phase?: string;
  readonly batchIndex?: number;
}

/** What a job does before it has ended. */
type OpenState = Exclude<JobState, EndedState>;

/** A running job that somebody wants to end. */
export interface CancellingState {
  readonly status: 'cancelling';
  readonly startedAt: number;
  readonly pid: number;
  readonly since: number;
  /** From then on its processes may be killed. */
  readonly killAt: number;
  /** Why it is to end, where nobody asked for it. */
  readonly reason?: string;
  /** The last signal that it was sent. */
  readonly signaled?: string;
}

/** A job whose command will not run any more. */
export interface EndedState {
  readonly status: 'completed' | 'failed' | 'crashed' | 'cancelled';
  /** Absent when it never started. */
  readonly startedAt?: number;
  readonly pid?: number;
  readonly finishedAt: number;
  /** The signal that stint sent to end it. */
  readonly signal?: string;
  /** The command's own; absent when it cannot be known. */
  readonly exitCode?: number;
  /** Why the exit code is not known, or why it was ended. */
  readonly message?: string;
  /** Of a job that somebody wanted to end: from then on what it left behind may be killed. */
  readonly killAt?: number;
  /** When nothing could write to its log any more; absent while something still can. */
  readonly closedAt?: number;
}

export interface Job {
  readonly spec: JobSpec;
  readonly state: JobState;
  /** Size of the journal once the job is closed. */
  readonly sizeBytes?: number;
  /** What it reported last, while it lives; never stored. */
  readonly progress?: JobProgress;
  /** JSON of the summary of its progress, once the job is closed and if it ever reported. */
  readonly progressSummary?: string;
}

/** The `data` of a status record. */
export type StatusEvent =
  | {readonly event: 'started'; readonly pid: number}
  | {readonly event: 'adopted'; readonly pid: number}
  | {
      readonly event: 'finished';
      readonly exit_code: number;
      readonly maybe_signal?: number;
      readonly ended_at_ms?: number;
    }
  | {readonly event: 'cancelling'; readonly grace_ms: number; readonly reason?: string}
  | {readonly event: 'signaled'; readonly signal: string}
  | {readonly event: 'cancelled'}
  | {readonly event: 'crashed'; readonly message: string}
  | StalledEvent
  | {readonly event: 'resumed'; readonly stalled_ms: number}
  | {readonly event: 'closed'; readonly left_open?: true};

/** Neither its progress nor its output moved for so long; in which phase, where one is open. */
export interface StalledEvent {
  readonly event: 'stalled';
  readonly silent_ms: number;
  readonly phase?: string;
  readonly batch_index?: number;
  readonly open_ms?: number;
}

/** A status record of the journal: what happened and when. */
export interface StatusRecord {
  readonly ts: number;
  readonly data: StatusEvent;
}

/**
 * The state after a status record. Rows, rebuilt rows and the coordinator's memory all come from this one function. What
 * has ended stays so, and what has started started once, whatever a damaged journal says.
 */
export function nextState(state: JobState, {ts, data}: StatusRecord): JobState {
  if (isEnded(state)) return data.event === 'closed' ? {...state, closedAt: ts} : state;
  switch (data.event) {
    case 'started':
      return state.status === 'queued' ? {status: 'running', startedAt: ts, pid: data.pid} : state;
    case 'adopted':
      return state;
    case 'cancelling':
      return cancelling(state, ts, data.grace_ms, data.reason);
    case 'signaled':
      return state.status === 'cancelling' ? {...state, signaled: data.signal} : state;
    case 'cancelled':
      return {...begun(state), status: 'cancelled', ...neverStarted(state), finishedAt: ts};
    case 'finished':
      return {
        ...begun(state),
        ...ending(state, data.exit_code),
        exitCode: data.exit_code,
        finishedAt: data.ended_at_ms ?? ts,
      };
    case 'crashed':
      return {...begun(state), status: 'crashed', message: data.message, finishedAt: ts};
    case 'stalled':
      return state.status === 'running' ? {...state, stalled: stall(ts, data)} : state;
    case 'resumed':
      return state.status === 'running'
        ? {status: 'running', startedAt: state.startedAt, pid: state.pid}
        : state;
    case 'closed':
      return {...begun(state), status: 'crashed', finishedAt: ts, closedAt: ts};
    default:
      return unreachable(data);
  }
}

/** True once the command will not run any more. */
export function isEnded(state: JobState): state is EndedState {
  return state.status !== 'queued' && state.status !== 'running' && state.status !== 'cancelling';
}

/**
 * The record for an exit code that the wrapper wrote. A shell folds a signal n into 128+n and cannot tell it from such a
 * code. `endedAtMs` where the command ended some time before this could be recorded.
 */
export function finishedEvent(exitCode: number, endedAtMs?: number): StatusEvent {
  const maybeSignal = exitCode > 128 && exitCode <= 128 + 64 ? {maybe_signal: exitCode - 128} : {};
  const endedAt = endedAtMs === undefined ? {} : {ended_at_ms: endedAtMs};
  return {event: 'finished', exit_code: exitCode, ...maybeSignal, ...endedAt};
}

/** Reads the `data` of a status record of any version; undefined for an event that this version does not know. */
export function parseStatusEvent(data: unknown): StatusEvent | undefined {
  if (typeof data !== 'object' || data === null || !('event' in data)) return undefined;
  const fields = data as Record<string, unknown>;
  const pid = typeof fields.pid === 'number' ? fields.pid : 0;
  switch (fields.event) {
    case 'started':
      return {event: 'started', pid};
    case 'adopted':
      return {event: 'adopted', pid};
    case 'finished':
      return typeof fields.exit_code === 'number'
        ? finishedEvent(fields.exit_code, numberOf(fields.ended_at_ms))
        : undefined;
    case 'cancelling':
      return {
        event: 'cancelling',
        grace_ms: numberOf(fields.grace_ms) ?? 0,
        ...(typeof fields.reason === 'string' ? {reason: fields.reason} : {}),
      };
    case 'signaled':
      return {event: 'signaled', signal: String(fields.signal ?? '')};
    case 'cancelled':
      return {event: 'cancelled'};
    case 'crashed':
      return {event: 'crashed', message: String(fields.message ?? '')};
    case 'stalled':
      return stalledEvent(fields);
    case 'resumed':
      return {event: 'resumed', stalled_ms: numberOf(fields.stalled_ms) ?? 0};
    case 'closed':
      return fields.left_open === true ? {event: 'closed', left_open: true} : {event: 'closed'};
    default:
      return undefined;
  }
}

/** A second wish to end it can make the time shorter, not longer. */
function cancelling(state: OpenState, ts: number, graceMs: number, reason: string | undefined): OpenState {
  if (state.status === 'running') {
    const {startedAt, pid} = state;
    const why = reason === undefined ? {} : {reason};
    return {status: 'cancelling', startedAt, pid, since: ts, killAt: ts + graceMs, ...why};
  }
  if (state.status === 'cancelling') return {...state, killAt: Math.min(state.killAt, ts + graceMs)};
  return state;
}

const CODE_OF_TERM = 128 + 15;

/**
 * A job that was sent a signal and did not end well ended because of it; one that ended well was quicker. A coordinator
 * can be killed between sending TERM and recording that: the code then tells.
 */
function ending(state: OpenState, exitCode: number): Pick<EndedState, 'status' | 'signal' | 'message'> {
  if (exitCode === 0) return {status: 'completed'};
  if (state.status === 'cancelling' && (state.signaled !== undefined || exitCode === CODE_OF_TERM)) {
    const why = state.reason === undefined ? {} : {message: state.reason};
    return {status: 'cancelled', signal: state.signaled ?? 'SIGTERM', ...why};
  }
  return {status: 'failed'};
}

function stall(ts: number, {phase, batch_index}: StalledEvent): Stall {
  return {
    since: ts,
    ...(phase === undefined ? {} : {phase}),
    ...(batch_index === undefined ? {} : {batchIndex: batch_index}),
  };
}

function stalledEvent({silent_ms, phase, batch_index, open_ms}: Record<string, unknown>): StalledEvent {
  return {
    event: 'stalled',
    silent_ms: numberOf(silent_ms) ?? 0,
    ...(typeof phase === 'string' ? {phase} : {}),
    ...(typeof batch_index === 'number' ? {batch_index} : {}),
    ...(typeof open_ms === 'number' ? {open_ms} : {}),
  };
}

/** Why there is no exit code. */
function neverStarted(state: OpenState): Pick<EndedState, 'message'> {
  return state.status === 'queued' ? {message: 'it never started'} : {};
}

function begun(state: OpenState): Pick<EndedState, 'startedAt' | 'pid' | 'killAt'> {
  if (state.status === 'queued') return {};
  const {startedAt, pid} = state;
  return state.status === 'running' ? {startedAt, pid} : {startedAt, pid, killAt: state.killAt};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
