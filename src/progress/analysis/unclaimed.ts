/** Time of a run in which no phase was open, and between which phases it lay. */
import type {UnclaimedTime} from './report.ts';

const MOST_TOLD = 20;
/** Beyond so many pairs of phases the time is only summed up. */
const MOST_PAIRS = 1000;

interface Gap {
  readonly after: string | null;
  readonly before: string | null;
  count: number;
  ms: number;
}

export class Unclaimed {
  readonly #pairs = new Map<string, Gap>();
  #total = 0;
  /** The phase that ended last while no other was open; undefined while one is open. */
  #gap: {readonly after: string | null; readonly since: number} | undefined = {after: null, since: 0};

  /** A phase was begun while none was open. */
  claimed(phase: string, at: number): void {
    this.#add(phase, at);
    this.#gap = undefined;
  }

  /** The last open phase ended. */
  released(phase: string, at: number): void {
    this.#gap = {after: phase, since: at};
  }

  totalUntil(at: number): number {
    return this.#total + (this.#gap === undefined ? 0 : at - this.#gap.since);
  }

  /** Longest first. */
  betweenUntil(at: number): UnclaimedTime[] {
    const gaps: UnclaimedTime[] = [...this.#pairs.values()].map(gap => ({...gap}));
    if (this.#gap !== undefined && at > this.#gap.since)
      gaps.push({after: this.#gap.after, before: null, count: 1, ms: at - this.#gap.since});
    return gaps
      .sort((a, b) => b.ms - a.ms)
      .slice(0, MOST_TOLD)
      .map(gap => ({...gap, ms: Math.round(gap.ms)}));
  }

  #add(before: string, at: number): void {
    if (this.#gap === undefined || at <= this.#gap.since) return;
    const {after, since} = this.#gap;
    this.#total += at - since;
    const key = JSON.stringify([after, before]);
    const known = this.#pairs.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.ms += at - since;
    } else if (this.#pairs.size < MOST_PAIRS) {
      this.#pairs.set(key, {after, before, count: 1, ms: at - since});
    }
  }
}
