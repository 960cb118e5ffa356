/** Records for tests, told in few words. */
import type {ProgressRecord} from '../record.ts';

/** Begin of every timeline, Unix milliseconds. */
export const BEGIN = 1_795_000_000_000;

/** `embed_start` at a moment of the run; phase and transition come from the event's name. */
export function told(at: number, event: string, more: Partial<ProgressRecord> = {}): ProgressRecord {
  const [, phase = event, subPhase = event] = /^(.+)_(start|done|progress|error)$/.exec(event) ?? [];
  return {event, phase, sub_phase: subPhase, ts_ms: BEGIN + at, elapsed_ms: at, run_id: 'r', ...more};
}

/** As another writer tells it: the four required keys. */
export function bare({event, phase, sub_phase, ts_ms}: ProgressRecord): ProgressRecord {
  return {event, phase, sub_phase, ts_ms};
}
