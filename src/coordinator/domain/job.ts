import {unreachable} from '../../base/index.ts';
import type {JobSpec} from './job-spec.ts';

/** What a job is doing, with what is known of it then. Times are Unix milliseconds. */
export type JobState =
  | {readonly status: 'queued'}
  | {readonly status: 'running'; readonly startedAt: number; readonly pid: number}
  | EndedState;

/** A job whose command will not run any more. */
export interface EndedState {
  readonly status: 'completed' | 'failed' | 'crashed';
  /** Absent when it never started. */
  readonly startedAt?: number;
  readonly pid?: number;
  readonly finishedAt: number;
  /** The command's own; absent when it cannot be known. */
  readonly exitCode?: number;
  /** Why the exit code is not known. */
  readonly message?: string;
  /** When nothing could write to its log any more; absent while something still can. */
  readonly closedAt?: number;
}

export interface Job {
  readonly spec: JobSpec;
  readonly state: JobState;
  /** Size of the journal once the job is closed. */
  readonly sizeBytes?: number;
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
  | {readonly event: 'crashed'; readonly message: string}
  | {readonly event: 'closed'; readonly left_open?: true};

/** A status record of the journal: what happened and when. */
export interface StatusRecord {
  readonly ts: number;
  readonly data: StatusEvent;
}

/** The state after a status record. Rows, rebuilt rows and the coordinator's memory all come from this one function. */
export function nextState(state: JobState, {ts, data}: StatusRecord): JobState {
  switch (data.event) {
    case 'started':
      return {status: 'running', startedAt: ts, pid: data.pid};
    case 'adopted':
      return state;
    case 'finished':
      return {
        ...begun(state),
        status: data.exit_code === 0 ? 'completed' : 'failed',
        exitCode: data.exit_code,
        finishedAt: data.ended_at_ms ?? ts,
      };
    case 'crashed':
      return {...begun(state), status: 'crashed', message: data.message, finishedAt: ts};
    case 'closed':
      return isEnded(state)
        ? {...state, closedAt: ts}
        : {...begun(state), status: 'crashed', finishedAt: ts, closedAt: ts};
    default:
      return unreachable(data);
  }
}

/** True once the command will not run any more. */
export function isEnded(state: JobState): state is EndedState {
  return state.status !== 'queued' && state.status !== 'running';
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
    case 'crashed':
      return {event: 'crashed', message: String(fields.message ?? '')};
    case 'closed':
      return fields.left_open === true ? {event: 'closed', left_open: true} : {event: 'closed'};
    default:
      return undefined;
  }
}

function begun(state: JobState): {startedAt?: number; pid?: number} {
  if (state.status === 'queued') return {};
  return {
    ...(state.startedAt === undefined ? {} : {startedAt: state.startedAt}),
    ...(state.pid === undefined ? {} : {pid: state.pid}),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
