import {
  type ProcessSpace,
  parseProcessSpace,
  type Uptime,
  unreachable,
  uptimeOf,
} from '../../../base/index.ts';
import {type CpuTime, cpuTimeOf} from '../state/cpu-time.ts';
import {endedAnyway} from '../state/ended-anyway.ts';
import type {NamedProcess, Remains} from '../state/remains.ts';
import {
  hasReached,
  meantProcesses,
  type SignaledEvent,
  type SignaledProcess,
} from '../state/signaled-event.ts';
import type {
  CancellingEvent,
  ClosedEvent,
  CrashedEvent,
  SeenBytes,
  StalledEvent,
  StartedEvent,
  StatusEvent,
  StatusRecord,
} from '../state/status-event.ts';
import type {UnseenEnd} from '../state/unseen-end.ts';
import type {JobProgress} from './job-progress.ts';
import type {JobSpec, SpecSummary} from './job-spec.ts';
import {type EndedStatus, isEndedStatus} from './status.ts';

/** What a job is doing, with what is known of it then. Times are Unix milliseconds. */
export type JobState = {readonly status: 'queued'} | RunningState | CancellingState | EndedState;

/** Of a job that was started. */
interface Started {
  readonly startedAt: number;
  readonly pid: number;
  /** Where that pid names its wrapper; absent where an earlier version did not record it. */
  readonly space?: ProcessSpace;
  /** The uptime of the machine at `startedAt`; absent where nobody recorded it. */
  readonly uptime?: Uptime;
  /** So much of what it wrote was cut out of its log, in bytes; absent where nothing was. */
  readonly cutBytes?: number;
}

export interface RunningState extends Started {
  readonly status: 'running';
  /** It reports progress, and nothing has moved for too long. */
  readonly stalled?: Stall;
  /** What of its output is lost. */
  readonly lost?: string;
}

/** Since when, and in which phase where one was open. */
export interface Stall {
  readonly since: number;
  readonly phase?: string;
  readonly batchIndex?: number;
  /** What was known of its files then; absent in records of earlier versions. */
  readonly seen?: SeenBytes;
  /** What its records told of the work then (`workHash`); absent where nobody could rewrite them, or an earlier version recorded it. */
  readonly seenWork?: number;
}

/** What a job does before it has ended. */
type OpenState = Exclude<JobState, EndedState>;

/** A running job that somebody wants to end. */
export interface CancellingState extends Started {
  readonly status: 'cancelling';
  readonly since: number;
  /** From then on its processes may be killed. */
  readonly killAt: number;
  /** Why it is to end, where nobody asked for it. */
  readonly reason?: string;
  /** That is because it ran for longer than it may. */
  readonly timedOut?: true;
  /** It was found stalled before that, and has not moved since. */
  readonly stalled?: Stall;
  /** The last signal that it was sent. */
  readonly signaled?: string;
  /** Who was sent any, or was to be. */
  readonly signaledTo?: readonly SignaledProcess[];
  /** What of its output is lost. */
  readonly lost?: string;
}

/** A job whose command will not run any more. When and where it was started is absent when it never was. */
export interface EndedState extends Partial<Started> {
  readonly status: EndedStatus;
  /** Where `unseenEnd` is there: when that was recorded. */
  readonly finishedAt: number;
  /** Where nobody knows when it ended, or, if its start was not recorded, whether it ever ran. */
  readonly unseenEnd?: UnseenEnd;
  /** For how long it ran, in milliseconds; absent where it never was started or nobody can know. */
  readonly tookMs?: number;
  /** Processor time of its command and of all that was waited for; absent where nobody can know it. */
  readonly cpu?: CpuTime;
  /** The signal that stint sent to end it. */
  readonly signal?: string;
  /** The command's own; absent when it cannot be known. */
  readonly exitCode?: number;
  /** Why the exit code is not known, why it was ended, or what of its output is lost. */
  readonly message?: string;
  /** Of a job that somebody wanted to end: from then on what it left behind may be killed. */
  readonly killAt?: number;
  /** The last signal that was sent to it, or to what it left behind. */
  readonly signaled?: string;
  /** Who was sent any, or was to be. */
  readonly signaledTo?: readonly SignaledProcess[];
  /** When nothing could write to its log any more; absent while something still can. */
  readonly closedAt?: number;
}

/** A job as its row tells it. */
export interface JobSummary {
  readonly spec: SpecSummary;
  readonly state: JobState;
  /** Size of the journal once the job is closed. */
  readonly sizeBytes?: number;
  /** Of one that was moved in the queue; see `Queued`. */
  readonly queueRank?: number;
  /** What it reported last, while it lives; never stored. */
  readonly progress?: JobProgress;
  /** Who of it may not be signalled, where that was tried; never stored. */
  readonly refused?: readonly NamedProcess[];
  /** What is left of it after everything was tried to end it; never stored. */
  readonly remains?: Remains;
  /** JSON of the summary of its progress, once the job is closed and if it ever reported. */
  readonly progressSummary?: string;
}

export interface Job extends JobSummary {
  readonly spec: JobSpec;
}

/**
 * The state after a status record. Rows, rebuilt rows and the coordinator's memory all come from this one function. What
 * has ended stays so, and what has started started once, whatever a damaged journal says.
 */
export function nextState(state: JobState, {ts, data}: StatusRecord): JobState {
  if (data.event === 'lost') return lacking(state, data.message);
  if (data.event === 'truncated') return cut(state, data.total_bytes);
  if (isEnded(state)) return afterEnd(state, ts, data);
  switch (data.event) {
    case 'started':
      return state.status === 'queued'
        ? {status: 'running', startedAt: ts, pid: data.pid, ...spaceIn(data), ...uptimeIn(data)}
        : state;
    case 'adopted':
    case 'restored':
    case 'uncapped':
      return state;
    case 'cancelling':
      return cancelling(state, ts, data);
    case 'signaled':
      return state.status === 'cancelling' ? signaled(state, data) : state;
    case 'cancelled':
      return {...begun(state), status: 'cancelled', ...neverStarted(state), finishedAt: ts};
    case 'skipped':
      return state.status === 'queued' ? {status: 'skipped', message: data.message, finishedAt: ts} : state;
    case 'finished':
      return {
        ...begun(state),
        ...lossOf(state),
        ...ending(state, data.exit_code),
        exitCode: data.exit_code,
        ...finished(state, data.ended_at_ms ?? ts, data.took_ms),
        ...cpuIn(cpuTimeOf(data.cpu_user_ms, data.cpu_system_ms)),
        ...(data.ended_between_ms === undefined ? {} : {unseenEnd: data.ended_between_ms}),
      };
    case 'crashed':
      return {
        ...begun(state),
        status: 'crashed',
        message: data.message,
        ...finished(state, ts, data.took_ms),
        ...unseenEndIn(data),
      };
    case 'stalled':
      return state.status === 'running' ? {...state, stalled: stall(ts, data)} : state;
    case 'resumed':
      return state.status === 'queued' ? state : moving(state);
    case 'closed':
      return {...begun(state), status: 'crashed', ...finished(state, ts, undefined), closedAt: ts};
    default:
      return unreachable(data);
  }
}

function afterEnd(state: EndedState, ts: number, data: StatusEvent): EndedState {
  if (data.event === 'closed') return {...state, closedAt: ts, ...goneAtLast(state, data)};
  return data.event === 'signaled' ? signaled(state, data) : state;
}

/** Of one that went on without its wrapper, it is known by now that it has ended. */
function goneAtLast(
  {unseenEnd}: EndedState,
  {ended_between_ms, message}: ClosedEvent,
): Pick<EndedState, 'unseenEnd' | 'message'> {
  if (unseenEnd !== 'still-runs' || ended_between_ms === undefined) return {};
  return {unseenEnd: ended_between_ms, ...(message === undefined ? {} : {message})};
}

function signaled<S extends CancellingState | EndedState>(state: S, event: SignaledEvent): S {
  const to = [...(state.signaledTo ?? []), ...meantProcesses(event)].slice(-MOST_SIGNALED);
  const meant = to.length === 0 ? {} : {signaledTo: to};
  return {...state, ...meant, ...(hasReached(event) ? {signaled: event.signal} : {})};
}

/** Since when it is stalled; undefined where it is not, or has ended. */
export function stallOf(state: JobState): Stall | undefined {
  return state.status === 'running' || state.status === 'cancelling' ? state.stalled : undefined;
}

/** More than these are not remembered. */
const MOST_SIGNALED = 5000;

/** True once the command will not run any more. */
export function isEnded(state: JobState): state is EndedState {
  return isEndedStatus(state.status);
}

/** What is lost stays lost; why a code is not known comes before that. */
function lacking(state: JobState, message: string | undefined): JobState {
  if (message === undefined || state.status === 'queued') return state;
  if (isEnded(state)) return {...state, message: state.message ?? message};
  return {...state, lost: state.lost ?? message};
}

function lossOf(state: OpenState): Pick<EndedState, 'message'> {
  return state.status === 'queued' || state.lost === undefined ? {} : {message: state.lost};
}

function cut(state: JobState, bytes: number): JobState {
  return state.status === 'queued' ? state : {...state, cutBytes: Math.max(bytes, state.cutBytes ?? 0)};
}

function moving({stalled: _, ...state}: RunningState | CancellingState): OpenState {
  return state;
}

/** A second wish to end it can make the time shorter, not longer. */
function cancelling(state: OpenState, ts: number, {grace_ms, reason, timed_out}: CancellingEvent): OpenState {
  if (state.status === 'running') {
    const why = {...(reason === undefined ? {} : {reason}), ...(timed_out && {timedOut: timed_out})};
    return {...state, status: 'cancelling', since: ts, killAt: ts + grace_ms, ...why};
  }
  if (state.status === 'cancelling') return {...state, killAt: Math.min(state.killAt, ts + grace_ms)};
  return state;
}

const CODE_OF_TERM = 128 + 15;

/**
 * A job that was sent a signal and did not end well ended because of it; one that ended well was quicker. A coordinator
 * can be killed between sending TERM and recording that: the code then tells. What was signalled because its time was over
 * has timed out, whatever it made of that: no more of its work was waited for.
 */
function ending(state: OpenState, exitCode: number): Pick<EndedState, 'status' | 'signal' | 'message'> {
  if (state.status !== 'cancelling') return {status: exitCode === 0 ? 'completed' : 'failed'};
  const {reason, signaled, timedOut = false} = state;
  const wasSignaled = signaled !== undefined || exitCode === CODE_OF_TERM;
  if (wasSignaled && (timedOut || exitCode !== 0)) {
    const why = reason === undefined ? {} : {message: reason};
    return {status: timedOut ? 'timed_out' : 'cancelled', signal: signaled ?? 'SIGTERM', ...why};
  }
  const why = reason === undefined ? {} : {message: endedAnyway(reason)};
  return {status: exitCode === 0 ? 'completed' : 'failed', ...why};
}

function stall(ts: number, {phase, batch_index, seen, seen_work}: StalledEvent): Stall {
  return {
    since: ts,
    ...(phase === undefined ? {} : {phase}),
    ...(batch_index === undefined ? {} : {batchIndex: batch_index}),
    ...(seen === undefined ? {} : {seen}),
    ...(seen_work === undefined ? {} : {seenWork: seen_work}),
  };
}

/** Why there is no exit code. */
function neverStarted(state: OpenState): Pick<EndedState, 'message'> {
  return state.status === 'queued' ? {message: 'it never started'} : {};
}

function begun(state: RunningState): Started;
function begun(state: OpenState): Begun;
function begun(state: OpenState): Begun {
  if (state.status === 'queued') return {};
  const {startedAt, pid, space, uptime, cutBytes} = state;
  const started = {
    startedAt,
    pid,
    ...(space === undefined ? {} : {space}),
    ...(uptime === undefined ? {} : {uptime}),
    ...(cutBytes === undefined ? {} : {cutBytes}),
  };
  if (state.status === 'running') return started;
  const {killAt, signaled, signaledTo} = state;
  return {
    ...started,
    killAt,
    ...(signaled === undefined ? {} : {signaled}),
    ...(signaledTo === undefined ? {} : {signaledTo}),
  };
}

type Begun = Pick<EndedState, keyof Started | 'killAt' | 'signaled' | 'signaledTo'>;

function spaceIn(event: StartedEvent): Pick<Started, 'space'> {
  const space = parseProcessSpace(event);
  return space === undefined ? {} : {space};
}

function uptimeIn({uptime_ms, boot_id}: StartedEvent): Pick<Started, 'uptime'> {
  const uptime = uptimeOf(uptime_ms, boot_id);
  return uptime === undefined ? {} : {uptime};
}

/** What nobody can know is null in the record. */
function unseenEndIn({ended_between_ms, still_runs, took_ms}: CrashedEvent): Pick<EndedState, 'unseenEnd'> {
  if (ended_between_ms !== undefined) return {unseenEnd: ended_between_ms};
  if (still_runs === true) return {unseenEnd: 'still-runs'};
  return took_ms === null ? {unseenEnd: 'unknown'} : {};
}

function cpuIn(cpu: CpuTime | undefined): Pick<EndedState, 'cpu'> {
  return cpu === undefined ? {} : {cpu};
}

/** A record of an earlier version does not tell how long it took: of those the wall clock is believed, unless it went back. */
function finished(
  state: OpenState,
  finishedAt: number,
  tookMs: number | null | undefined,
): Pick<EndedState, 'finishedAt' | 'tookMs'> {
  const byWall = state.status === 'queued' ? -1 : finishedAt - state.startedAt;
  const ms = tookMs === undefined ? byWall : (tookMs ?? -1);
  return ms < 0 ? {finishedAt} : {finishedAt, tookMs: ms};
}
