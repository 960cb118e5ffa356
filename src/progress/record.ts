/**
 * One progress event: a transition that a worker reports, as one JSON object per line. Whoever writes it needs only four
 * keys; whoever reads it accepts any `schema` and keeps what it does not know. The format is in docs/formats.md.
 */
import {parseWellFormed} from '../base/index.ts';

export const PROGRESS_SCHEMA = 'stint.progress.v1';

/** Some tools begin every file with it. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The variable that names the file to report to; the coordinator sets it for every job. */
export const PROGRESS_VARIABLE = 'STINT_PROGRESS_JSONL';

/** The variable that names the run, where several processes report one. */
export const PROGRESS_RUN_VARIABLE = 'STINT_PROGRESS_RUN_ID';

/** No length of time that a worker tells is longer: a hundred years. */
export const MOST_MS = 100 * 365 * 24 * 3_600_000;

export const SUB_PHASES = ['start', 'done', 'progress', 'error', 'cancelled', 'complete'] as const;
export type SubPhase = (typeof SUB_PHASES)[number];

/** What a record may tell besides its transition; left out where it is not known. They are written in this order. */
export interface ProgressFields {
  /** Number of the batch within its phase. */
  readonly batch_index?: number;
  readonly batch_rows?: number;
  /** Rows done so far, of this run and phase. */
  readonly rows_processed?: number;
  /** Rows there are to do. */
  readonly rows_total?: number;
  readonly last_conversation_id?: number;
  readonly last_message_id?: number;
  readonly conversations_in_batch?: number;
  readonly note?: string;
  /** Bytes that this transition is about, not a sum. */
  readonly bytes?: number;
  readonly error?: string;
  /** On a `progress`: for what the worker waits, for instance `lock`; until it moves again it is neither moving nor stalled. */
  readonly waiting_on?: string;
  /** How long the phase that begins is known to take at most; until then its silence is no stall. Milliseconds. */
  readonly expect_ms?: number;
}

export const PROGRESS_FIELDS = [
  'batch_index',
  'batch_rows',
  'rows_processed',
  'rows_total',
  'last_conversation_id',
  'last_message_id',
  'conversations_in_batch',
  'note',
  'bytes',
  'error',
  'waiting_on',
  'expect_ms',
] as const satisfies readonly (keyof ProgressFields)[];

/** A record as a reader gets it: four keys are there, of the others only what has the right type. */
export interface ProgressRecord extends ProgressFields {
  readonly event: string;
  readonly phase: string;
  /** One of `SUB_PHASES`, or what another writer calls it. */
  readonly sub_phase: string;
  /** Unix milliseconds of the writer's clock. */
  readonly ts_ms: number;
  readonly schema?: string;
  /** Milliseconds since the run began, of a clock that is never put back. */
  readonly elapsed_ms?: number;
  readonly run_id?: string;
  readonly seq?: number;
  readonly pid?: number;
  readonly rss_mib?: number;
  /** Labels, and whatever else the line holds. */
  readonly [key: string]: unknown;
}

/**
 * Reads one line; never throws. Undefined when it is not a JSON object with the four keys. A known optional key whose value
 * has the wrong type, or is a number that cannot be, is left out. `ts_ms` may be any number: who uses it knows its bounds.
 */
export function parseProgressLine(line: string): ProgressRecord | undefined {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const {event, phase, sub_phase, ts_ms} = record;
  if (typeof event !== 'string' || typeof phase !== 'string' || typeof sub_phase !== 'string')
    return undefined;
  if (!Number.isFinite(ts_ms)) return undefined;
  for (const key of COUNTERS) if (!isWithin(record[key], Number.MAX_SAFE_INTEGER)) delete record[key];
  for (const key of LENGTHS) if (!isWithin(record[key], MOST_MS)) delete record[key];
  for (const key of STRINGS) {
    const value = record[key];
    if (value !== undefined && typeof value !== 'string') delete record[key];
  }
  return record as ProgressRecord;
}

/** How a run ended, if this record says so: `complete`, `cancelled` and `error` are phases of their own. */
export function isTerminal({
  event,
  phase,
}: Pick<ProgressRecord, 'event' | 'phase'>): 'complete' | 'cancelled' | 'error' | undefined {
  return TERMINAL.get(phase) ?? TERMINAL.get(event);
}

/** Whether the format gives a meaning to this key; others are labels. */
export function isFormatKey(key: string): boolean {
  return FORMAT_KEYS.has(key);
}

const TERMINAL = new Map((['complete', 'cancelled', 'error'] as const).map(each => [each as string, each]));

const COUNTERS = [
  'seq',
  'pid',
  'rss_mib',
  'batch_index',
  'batch_rows',
  'rows_processed',
  'rows_total',
  'bytes',
] as const;
const LENGTHS = ['elapsed_ms', 'expect_ms'] as const;
const STRINGS = ['schema', 'run_id', 'note', 'error', 'waiting_on'] as const;
const FORMAT_KEYS: ReadonlySet<string> = new Set([
  ...COUNTERS,
  ...LENGTHS,
  ...STRINGS,
  ...PROGRESS_FIELDS,
  'event',
  'phase',
  'sub_phase',
  'ts_ms',
]);

/** Whether it is a number from 0 to the most, or not told. */
function isWithin(value: unknown, most: number): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= most);
}

function parsed(line: string): unknown {
  try {
    return parseWellFormed(line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line);
  } catch {
    return undefined; // counted by whoever reads the file
  }
}
