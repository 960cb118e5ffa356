/**
 * When each record of a run happened, in milliseconds since the run began, never backwards. What nobody can know is NaN, so
 * that every length that needs it is NaN as well.
 *
 * `elapsed_ms` comes from a clock that nobody sets and is believed as long as nothing speaks against it; else the wall
 * clock is, which may be put forward or back. Where several processes report one run, each counts from its own begin: that is
 * placed by the wall clock, once. The clock *breaks* where nothing tells how much time passed between two records: what
 * was open then has an unknown length, and what follows counts from there.
 */
import {type ClockReading, SLACK_MS} from './clock-reading.ts';

/** Wall clock and elapsed time drift apart by less than this by themselves, and records of threads are not in order. */
export const JUMP_MS = 2000;
/** Of so many processes the begin is remembered. */
const MOST_PROCESSES = 64;
/** A wall clock is put back once or twice; that `elapsed_ms` runs ahead of it more often says that this is no time in ms. */
const MOST_DOUBTS = 2;

interface ProcessClock {
  /** When it began, in the run's time. */
  readonly begin: number;
  last: number;
}

export class RunClock {
  readonly #earliest: number;
  /** Nothing that a wall clock told was later. */
  #latest = Number.NEGATIVE_INFINITY;
  readonly #processes = new Map<number | undefined, ProcessClock>();
  #startedAt = Number.NaN;
  /** The wall clock's time at which the run began, as that clock would tell it now: it changes when it jumps. */
  #origin = Number.NaN;
  /** The newest known time of the run, and of the wall clock. */
  #last = Number.NaN;
  #lastWall = Number.NaN;
  #jumps = 0;
  #breaks = 0;
  #doubts = 0;

  /** `earliestAt`: nothing that a wall clock tells was before. */
  constructor(earliestAt: number) {
    this.#earliest = earliestAt;
  }

  /** Unix milliseconds; NaN where nobody knows when the run began. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get jumps(): number {
    return this.#jumps;
  }

  /** How often it broke, its begin included. */
  get breaks(): number {
    return this.#breaks;
  }

  /** Takes the clocks of the next record. */
  at(pid: number | undefined, {wall, elapsed, most}: ClockReading): number {
    this.#latest = Math.max(this.#latest, this.#earliest + most + SLACK_MS);
    const believed = this.#doubts > MOST_DOUBTS ? Number.NaN : elapsed;
    const at = Number.isNaN(this.#last)
      ? this.#first(pid, wall, believed)
      : this.#next(pid, wall, believed, most);
    if (!Number.isNaN(wall)) this.#lastWall = wall;
    if (!Number.isNaN(at)) this.#last = at;
    return at;
  }

  /** Where a moment of the wall clock lies in the run, not before its last record. */
  within(now: number): number {
    this.#latest = Math.max(this.#latest, now + SLACK_MS);
    const at = Math.max(now - this.#origin, this.#last);
    return at <= now - this.#earliest ? at : Number.NaN;
  }

  /** How long the run went on until a moment of it. */
  lengthUntil(at: number): number {
    return this.#breaks === 0 ? at : Number.NaN;
  }

  /** A moment of the run as the wall clock tells it. */
  wall(at: number): number {
    const wall = this.#origin + at;
    return wall >= this.#earliest && wall <= this.#latest ? wall : Number.NaN;
  }

  #first(pid: number | undefined, wall: number, elapsed: number): number {
    if (Number.isNaN(wall) && Number.isNaN(elapsed)) {
      this.#breaks = 1;
      return Number.NaN;
    }
    const at = Number.isNaN(elapsed) ? 0 : elapsed;
    this.#origin = wall - at;
    if (this.#breaks === 0) this.#startedAt = this.#origin;
    if (!Number.isNaN(elapsed)) this.#processes.set(pid, {begin: 0, last: elapsed});
    return at;
  }

  #next(pid: number | undefined, wall: number, elapsed: number, most: number): number {
    const byWall = wall - this.#origin;
    const told = Number.isNaN(elapsed) ? byWall : this.#sinceBegin(pid, elapsed, byWall);
    const at = Math.max(told, this.#last);
    if (Number.isNaN(at) || at > most) return Number.NaN;
    if (Number.isNaN(this.#origin) && wall - at >= this.#earliest) this.#origin = wall - at;
    if (!(Math.abs(byWall - at) > JUMP_MS)) return at;
    this.#jumps += 1;
    if (!this.#isContradicted(wall, elapsed, at - byWall)) {
      this.#origin = wall - at;
      return at;
    }
    this.#breaks += 1;
    this.#origin = wall - this.#last;
    this.#processes.clear();
    if (!Number.isNaN(elapsed)) this.#remember(pid, {begin: this.#last - elapsed, last: elapsed});
    return this.#last;
  }

  /** The only clock was put back, or `elapsed_ms` ran ahead of a wall clock that went on. */
  #isContradicted(wall: number, elapsed: number, ahead: number): boolean {
    if (Number.isNaN(elapsed)) return true;
    if (ahead < 0 || wall < this.#lastWall) return false;
    this.#doubts += 1;
    return true;
  }

  #sinceBegin(pid: number | undefined, elapsed: number, byWall: number): number {
    const known = this.#processes.get(pid);
    // A pid whose time fell is another process, for instance the next in its container.
    if (known !== undefined && elapsed > known.last - JUMP_MS) {
      known.last = Math.max(known.last, elapsed);
      return known.begin + elapsed;
    }
    const begin = Math.max(byWall, this.#last) - elapsed;
    if (Number.isNaN(begin)) return begin;
    this.#remember(pid, {begin, last: elapsed});
    return begin + elapsed;
  }

  #remember(pid: number | undefined, clock: ProcessClock): void {
    this.#processes.delete(pid);
    this.#processes.set(pid, clock);
    const [oldest] = this.#processes.keys();
    if (this.#processes.size > MOST_PROCESSES) this.#processes.delete(oldest);
  }
}
