/**
 * When each record of a run happened, in milliseconds since the run began, never backwards. `elapsed_ms` comes from a
 * clock that nobody sets and is believed where it is there; the wall clock may be put forward or back. Where several
 * processes report one run, each counts from its own begin: that is placed by the wall clock, once.
 */
import type {ProgressRecord} from '../record.ts';

/** Wall clock and elapsed time drift apart by less than this by themselves, and records of threads are not in order. */
export const JUMP_MS = 2000;
/** Of so many processes the begin is remembered. */
const MOST_PROCESSES = 64;

interface ProcessClock {
  /** When it began, in the run's time. */
  readonly begin: number;
  last: number;
}

export class RunClock {
  /** The wall clock's time at which the run began, Unix milliseconds. */
  readonly startedAt: number;
  readonly #processes = new Map<number | undefined, ProcessClock>();
  /** The same as `startedAt`, as the wall clock would tell it now: it changes when that clock jumps. */
  #origin: number;
  #last = 0;
  #jumps = 0;

  constructor(first: ProgressRecord) {
    const elapsed = Math.max(0, first.elapsed_ms ?? 0);
    this.startedAt = first.ts_ms - elapsed;
    this.#origin = this.startedAt;
    this.#processes.set(first.pid, {begin: 0, last: elapsed});
  }

  get jumps(): number {
    return this.#jumps;
  }

  at({ts_ms, elapsed_ms, pid}: ProgressRecord): number {
    const byWall = ts_ms - this.#origin;
    const told = elapsed_ms === undefined ? byWall : this.#sinceBegin(pid, elapsed_ms, byWall);
    const at = Math.max(told, this.#last);
    if (Math.abs(byWall - at) > JUMP_MS) {
      this.#jumps += 1;
      this.#origin = ts_ms - at;
    }
    this.#last = at;
    return at;
  }

  /** Where a moment of the wall clock lies in the run, not before its last record. */
  within(now: number): number {
    return Math.max(now - this.#origin, this.#last);
  }

  /** A moment of the run as the wall clock tells it. */
  wall(at: number): number {
    return this.#origin + at;
  }

  #sinceBegin(pid: number | undefined, elapsed: number, byWall: number): number {
    const known = this.#processes.get(pid);
    // A pid whose time fell is another process, for instance the next in its container.
    if (known !== undefined && elapsed > known.last - JUMP_MS) {
      known.last = Math.max(known.last, elapsed);
      return known.begin + elapsed;
    }
    const begin = Math.max(byWall, this.#last) - elapsed;
    this.#processes.delete(pid);
    this.#processes.set(pid, {begin, last: elapsed});
    const [oldest] = this.#processes.keys();
    if (this.#processes.size > MOST_PROCESSES) this.#processes.delete(oldest);
    return begin + elapsed;
  }
}
