/**
 * Whether the system may have left changes out. All watches of a process share one queue of the kernel; what does not fit
 * into it is dropped, and Node does not tell. But a queue that was full gives at least as many changes as it holds in the
 * turn of the event loop in which it is read, so they are counted.
 */
import {readFileSync} from 'node:fs';

const LIMIT_FILE = '/proc/sys/fs/inotify/max_queued_events';
/** What Linux has by default. */
const USUAL_LIMIT = 16_384;

export class ChangeCount {
  readonly #limit: () => number;
  readonly #listeners = new Set<() => void>();
  #known: number | undefined;
  #inTurn = 0;

  /** How many changes the queue holds. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** A change was told. */
  count(): void {
    if (this.#inTurn === 0)
      setImmediate(() => {
        this.#inTurn = 0;
      });
    this.#inTurn += 1;
    this.#known ??= this.#limit();
    if (this.#inTurn === this.#known) for (const listener of [...this.#listeners]) listener();
  }

  /** Whether so many changes came in this turn that others may be missing. */
  get isFull(): boolean {
    return this.#known !== undefined && this.#inTurn >= this.#known;
  }

  /** Calls back, in the turn in which it is so, when changes may be missing; the returned function ends that. */
  onFull(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Of all watches of this process. */
export const CHANGES_OF_PROCESS = new ChangeCount(queueLimit);

function queueLimit(): number {
  try {
    const limit = Number(readFileSync(LIMIT_FILE, 'latin1'));
    return limit > 0 ? limit : USUAL_LIMIT;
  } catch {
    return USUAL_LIMIT; // no inotify: nothing is told in order then
  }
}
