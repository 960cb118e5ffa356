/**
 * When each record of a run happened, in milliseconds since the run began, never backwards. `elapsed_ms` comes from a
 * clock that nobody sets and is believed where it is there; the wall clock may be put forward or back.
 */
import type {ProgressRecord} from '../record.ts';

/** Wall clock and elapsed time drift apart by less than this by themselves. */
const JUMP_MS = 2000;

export class RunClock {
  /** The wall clock's time at which the run began, Unix milliseconds. */
  readonly startedAt: number;
  /** The same as the wall clock would tell it now: it changes when that clock jumps. */
  #origin: number;
  #last = 0;
  #jumps = 0;

  constructor(first: ProgressRecord) {
    this.startedAt = first.ts_ms - (first.elapsed_ms ?? 0);
    this.#origin = this.startedAt;
  }

  get jumps(): number {
    return this.#jumps;
  }

  at({ts_ms, elapsed_ms}: ProgressRecord): number {
    const byWall = ts_ms - this.#origin;
    const at = Math.max(elapsed_ms ?? byWall, this.#last);
    if (Math.abs(byWall - at) > (elapsed_ms === undefined ? 0 : JUMP_MS)) {
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
}
