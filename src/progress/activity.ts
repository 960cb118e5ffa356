/** What the workers of a file did last, from their records in their order. When each was written whoever reads them says. */
import {MovementDetector, type Shown} from './movement.ts';
import type {ProgressRecord} from './record.ts';

/** For what a worker waits, as it says. */
export interface Waiting<Time> {
  readonly on: string;
  readonly since: Time;
}

/** Of so many workers is remembered that they wait. */
const MOST_WORKERS = 256;

/** `Time`: a moment, in the reader's terms; it is only handed back. */
export class WorkerActivity<Time> {
  readonly #movement = new MovementDetector();
  /** By worker, the newest last. */
  readonly #waits = new Map<string, Waiting<Time>>();

  /** Takes a record that was written at this time; tells what it shows. */
  add(record: ProgressRecord, at: Time): Shown {
    const shown = this.#movement.shown(record);
    const worker = record.run_id ?? `pid ${record.pid}`;
    const before = this.#waits.get(worker);
    if (shown === 'movement') this.#waits.delete(worker);
    if (shown !== 'waiting') return shown;
    const on = record.waiting_on ?? '';
    this.#waits.delete(worker);
    this.#waits.set(worker, {on, since: before?.on === on ? before.since : at});
    const [oldest = worker] = this.#waits.keys();
    if (this.#waits.size > MOST_WORKERS) this.#waits.delete(oldest);
    return shown;
  }

  /** What the worker waits for that said so last and has not moved since. */
  get waiting(): Waiting<Time> | undefined {
    return [...this.#waits.values()].at(-1);
  }
}
