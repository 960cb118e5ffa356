/**
 * Which records show that a worker gets on. A transition always does. A `progress` record does when it tells something
 * new: one that repeats what was told before but for its clock and its memory is a heartbeat, and a thread that only beats
 * can do so beside work that is stuck.
 */
import type {ProgressRecord} from './record.ts';

/** What changes from record to record although nothing gets on. */
const IDLE_KEYS = new Set(['schema', 'ts_ms', 'elapsed_ms', 'seq', 'pid', 'run_id', 'rss_mib']);
/** Two workers that beat by turns tell something else each time, so each is compared with itself. Of so many kinds the last one is remembered; beyond that the oldest is forgotten, and counts as new. */
const MOST_KINDS = 256;

export class MovementDetector {
  readonly #last = new Map<string, string>();

  /** Whether this record, read after all before it, shows that the worker moved. */
  isMovement(record: ProgressRecord): boolean {
    if (record.sub_phase !== 'progress') return true;
    const {run_id, pid, event, phase, batch_index} = record;
    const kind = JSON.stringify([run_id, pid, event, phase, batch_index]);
    const told = JSON.stringify(record, (key, value: unknown) => (IDLE_KEYS.has(key) ? undefined : value));
    if (this.#last.get(kind) === told) return false;
    this.#last.delete(kind);
    this.#last.set(kind, told);
    if (this.#last.size > MOST_KINDS) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const kind of this.#last.keys()) {
      this.#last.delete(kind);
      return;
    }
  }
}
