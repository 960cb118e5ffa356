/**
 * What a record shows of the work. *Movement* is told by the format's own words only: a transition that it knows, and the
 * fields that count work. A `progress` that repeats itself but for its clock and its memory is a heartbeat, and shows
 * nothing: a thread that only beats can do so beside work that is stuck. What changes besides (a note, a key of somebody's
 * own, a `sub_phase` that the format does not know) may be work or a counting heartbeat: that is uncertain.
 */
import {isTerminal, type ProgressRecord} from './record.ts';

export type Shown = 'movement' | 'uncertain' | 'waiting' | 'nothing';

const TRANSITIONS: ReadonlySet<string> = new Set(['start', 'done', 'error', 'cancelled', 'complete']);
/** What counts work. */
const WORK_KEYS = [
  'batch_index',
  'batch_rows',
  'rows_processed',
  'rows_total',
  'last_conversation_id',
  'last_message_id',
  'conversations_in_batch',
  'bytes',
] as const;
/** What changes from record to record although nothing gets on. */
const IDLE_KEYS = new Set(['schema', 'ts_ms', 'elapsed_ms', 'seq', 'pid', 'run_id', 'rss_mib', 'waiting_on']);
/** Two workers that beat by turns tell something else each time, so each is compared with itself. Of so many kinds the last one is remembered; beyond that the oldest is forgotten, and counts as new. */
const MOST_KINDS = 256;

type Work = Partial<Record<(typeof WORK_KEYS)[number], unknown>>;

export class MovementDetector {
  readonly #last = new Map<string, {readonly work: Work; readonly all: string}>();
  /** By run and phase, what was told of the work, whatever told it. */
  readonly #phases = new Map<string, Work>();

  /** Whether this record, read after all before it, shows for certain that the worker moved. */
  isMovement(record: ProgressRecord): boolean {
    return this.shown(record) === 'movement';
  }

  /** What this record shows, read after all before it. */
  shown(record: ProgressRecord): Shown {
    const {run_id, pid, event, phase, sub_phase, batch_index} = record;
    const phaseKey = JSON.stringify([run_id, phase]);
    const work = workOf(record);
    const inPhase = this.#phases.get(phaseKey);
    remember(this.#phases, phaseKey, {...inPhase, ...work});
    if (TRANSITIONS.has(sub_phase) || isTerminal(record) !== undefined) return 'movement';
    const kind = JSON.stringify([run_id, pid, event, phase, sub_phase, batch_index]);
    const all = JSON.stringify(record, (key, value: unknown) => (IDLE_KEYS.has(key) ? undefined : value));
    const before = this.#last.get(kind);
    remember(this.#last, kind, {work, all});
    const isProgress = sub_phase === 'progress';
    if (isProgress && isWaiting(record)) return 'waiting';
    if (isProgress && inPhase === undefined) return 'movement'; // it begins its phase
    if (differs(work, before?.work ?? inPhase ?? {})) return 'movement';
    return isProgress && all === before?.all ? 'nothing' : 'uncertain';
  }
}

/** Whether a record of `progress` says that the worker waits. */
export function isWaiting({waiting_on}: ProgressRecord): boolean {
  return waiting_on !== undefined && waiting_on.trim() !== '';
}

/** What a record tells of the work, in words that are the same only where nothing moved: neither clock nor note is in them. */
export function workText(record: ProgressRecord): string {
  const {run_id, event, phase, sub_phase, waiting_on} = record;
  return JSON.stringify([run_id, event, phase, sub_phase, waiting_on, workOf(record)]);
}

function workOf(record: ProgressRecord): Work {
  const work: Work = {};
  for (const key of WORK_KEYS) if (record[key] !== undefined) work[key] = record[key];
  return work;
}

function differs(work: Work, before: Work): boolean {
  return WORK_KEYS.some(key => work[key] !== undefined && work[key] !== before[key]);
}

/** The newest ones are kept. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_KINDS) return;
  const [oldest = key] = map.keys();
  map.delete(oldest);
}
