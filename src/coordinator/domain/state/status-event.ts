/** What is recorded of a job in its journal: the events, and reading them as any version wrote them. */
import {type ProcessSpace, parseProcessSpace} from '../../../base/index.ts';
import {cpuTimeOf} from './cpu-time.ts';
import {parseSignaledEvent, type SignaledEvent} from './signaled-event.ts';
import {type Bounds, parseBounds} from './unseen-end.ts';

/** The `data` of a status record. */
export type StatusEvent =
  | StartedEvent
  | {readonly event: 'adopted'; readonly pid: number}
  | {
      readonly event: 'finished';
      readonly exit_code: number;
      readonly maybe_signal?: number;
      readonly ended_at_ms?: number;
      readonly ended_between_ms?: Bounds;
      readonly took_ms?: number | null;
      readonly cpu_user_ms?: number;
      readonly cpu_system_ms?: number;
    }
  | CancellingEvent
  | SignaledEvent
  | {readonly event: 'cancelled'}
  | {readonly event: 'skipped'; readonly message: string}
  | CrashedEvent
  | StalledEvent
  | {readonly event: 'resumed'; readonly stalled_ms: number}
  | {readonly event: 'restored'; readonly reason: string}
  | LostEvent
  | TruncatedEvent
  | UncappedEvent
  | ClosedEvent;

/** The wrapper runs, and where. */
export interface StartedEvent extends Partial<ProcessSpace> {
  readonly event: 'started';
  readonly pid: number;
  readonly uptime_ms?: number;
}

/** Somebody or something wants it to end. */
export interface CancellingEvent {
  readonly event: 'cancelling';
  readonly grace_ms: number;
  readonly reason?: string;
  /** Because it ran for longer than it may. */
  readonly timed_out?: true;
}

/** How it ended cannot be known, or it could not be started. */
export interface CrashedEvent {
  readonly event: 'crashed';
  readonly message: string;
  readonly took_ms?: number | null;
  /** Between which moments it ended, where nobody saw that. */
  readonly ended_between_ms?: Bounds;
  /** Its wrapper is gone, and processes of it were seen to go on. */
  readonly still_runs?: true;
}

/** Nothing follows. */
export interface ClosedEvent {
  readonly event: 'closed';
  readonly left_open?: true;
  /** Of one that was seen to go on without its wrapper: between which moments the last of it ended, and what is known now. */
  readonly ended_between_ms?: Bounds;
  readonly message?: string;
}

/** Neither its progress nor its output moved for so long; in which phase, where one is open. */
export interface StalledEvent {
  readonly event: 'stalled';
  readonly silent_ms: number;
  readonly phase?: string;
  readonly batch_index?: number;
  readonly open_ms?: number;
  /** Bytes of `progress.jsonl`, `out` and `err` that were known then: what is behind them came later. */
  readonly seen?: SeenBytes;
  /** What the records in these bytes of `progress.jsonl` told of the work, as a hash: they may be rewritten in their place. */
  readonly seen_work?: number;
}

export type SeenBytes = readonly [progress: number, out: number, err: number];

/** Up to here something is missing for ever: so many records, and where it is output, which. */
export interface LostEvent {
  readonly event: 'lost';
  readonly records?: number;
  readonly message?: string;
}

/** What stands here was cut out, so that the log stays below the size that its job may have. */
export interface TruncatedEvent {
  readonly event: 'truncated';
  /** That the job wrote, to both streams. */
  readonly bytes: number;
  /** Records of output; null where they were not counted, because nobody read them. */
  readonly lines: number | null;
  /** Of the records that were cut out the first number. They go up to the number of this record, but for status records. */
  readonly first_seq: number;
  /** All that was cut out of the job's log so far. */
  readonly total_bytes: number;
}

/** Only the log is kept below its size, and not what the job wrote (`out`, `err`). */
export interface UncappedEvent {
  readonly event: 'uncapped';
  readonly reason: string;
}

/** A status record of the journal: what happened and when. */
export interface StatusRecord {
  readonly ts: number;
  readonly data: StatusEvent;
}

/**
 * The record for an exit code that the wrapper wrote. A shell folds a signal n into 128+n and cannot tell it from such a
 * code. `endedAtMs` where the command ended some time before this could be recorded.
 */
export function finishedEvent(
  exitCode: number,
  endedAtMs?: number,
): Extract<StatusEvent, {event: 'finished'}> {
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
      return {event: 'started', pid, ...parseProcessSpace(fields), ...uptimeMsIn(fields)};
    case 'adopted':
      return {event: 'adopted', pid};
    case 'finished':
      return typeof fields.exit_code === 'number'
        ? {
            ...finishedEvent(fields.exit_code, numberOf(fields.ended_at_ms)),
            ...boundsIn(fields),
            ...tookIn(fields),
            ...cpuIn(fields),
          }
        : undefined;
    case 'cancelling':
      return {
        event: 'cancelling',
        grace_ms: numberOf(fields.grace_ms) ?? 0,
        ...(typeof fields.reason === 'string' ? {reason: fields.reason} : {}),
        ...(fields.timed_out === true ? {timed_out: true} : {}),
      };
    case 'signaled':
      return parseSignaledEvent(fields);
    case 'cancelled':
      return {event: 'cancelled'};
    case 'skipped':
      return {event: 'skipped', message: String(fields.message ?? '')};
    case 'crashed':
      return {
        event: 'crashed',
        message: String(fields.message ?? ''),
        ...tookIn(fields),
        ...boundsIn(fields),
        ...(fields.still_runs === true ? {still_runs: true} : {}),
      };
    case 'stalled':
      return stalledEvent(fields);
    case 'resumed':
      return {event: 'resumed', stalled_ms: numberOf(fields.stalled_ms) ?? 0};
    case 'restored':
      return {event: 'restored', reason: String(fields.reason ?? '')};
    case 'lost':
      return lostEvent(fields);
    case 'truncated':
      return truncatedEvent(fields);
    case 'uncapped':
      return {event: 'uncapped', reason: String(fields.reason ?? '')};
    case 'closed':
      return {
        event: 'closed',
        ...(fields.left_open === true ? {left_open: true} : {}),
        ...boundsIn(fields),
        ...(typeof fields.message === 'string' ? {message: fields.message} : {}),
      };
    default:
      return undefined;
  }
}

function stalledEvent(fields: Record<string, unknown>): StalledEvent {
  const {silent_ms, phase, batch_index, open_ms, seen, seen_work} = fields;
  return {
    event: 'stalled',
    silent_ms: numberOf(silent_ms) ?? 0,
    ...(typeof phase === 'string' ? {phase} : {}),
    ...(typeof batch_index === 'number' ? {batch_index} : {}),
    ...(typeof open_ms === 'number' ? {open_ms} : {}),
    ...(isSeenBytes(seen) ? {seen} : {}),
    ...(typeof seen_work === 'number' ? {seen_work} : {}),
  };
}

function isSeenBytes(value: unknown): value is SeenBytes {
  return Array.isArray(value) && value.length === 3 && value.every(each => Number.isSafeInteger(each));
}

function lostEvent({records, message}: Record<string, unknown>): LostEvent {
  return {
    event: 'lost',
    ...(typeof records === 'number' ? {records} : {}),
    ...(typeof message === 'string' ? {message} : {}),
  };
}

function truncatedEvent({bytes, lines, first_seq, total_bytes}: Record<string, unknown>): TruncatedEvent {
  const cut = numberOf(bytes) ?? 0;
  return {
    event: 'truncated',
    bytes: cut,
    lines: numberOf(lines) ?? null,
    first_seq: numberOf(first_seq) ?? 0,
    total_bytes: numberOf(total_bytes) ?? cut,
  };
}

function uptimeMsIn({uptime_ms}: Record<string, unknown>): Pick<StartedEvent, 'uptime_ms'> {
  return typeof uptime_ms === 'number' ? {uptime_ms} : {};
}

function boundsIn({ended_between_ms}: Record<string, unknown>): {ended_between_ms?: Bounds} {
  const bounds = parseBounds(ended_between_ms);
  return bounds === undefined ? {} : {ended_between_ms: bounds};
}

/** Null where nobody can know it; what is no number of milliseconds tells as little. */
function tookIn({took_ms}: Record<string, unknown>): {took_ms?: number | null} {
  if (took_ms === undefined) return {};
  return {took_ms: typeof took_ms === 'number' && Number.isFinite(took_ms) ? took_ms : null};
}

function cpuIn({cpu_user_ms, cpu_system_ms}: Record<string, unknown>) {
  const cpu = cpuTimeOf(cpu_user_ms, cpu_system_ms);
  return cpu === undefined ? {} : {cpu_user_ms: cpu.userMs, cpu_system_ms: cpu.systemMs};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
