/** Time of a run in which no phase was open, and between which phases it lay. */
import {roundedOrNull} from './or-null.ts';
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
  /** By the phase before, then by the one behind. */
  readonly #pairs = new Map<string | null, Map<string, Gap>>();
  #pairCount = 0;
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

  /** How long none has been open till now is not known. */
  forgetTimes(): void {
    if (this.#gap !== undefined) this.#gap = {after: this.#gap.after, since: Number.NaN};
  }

  totalUntil(at: number): number {
    return this.#total + (this.#gap === undefined ? 0 : at - this.#gap.since);
  }

  /** Longest first. */
  betweenUntil(at: number): UnclaimedTime[] {
    const gaps = [...this.#pairs.values()].flatMap(pairs => [...pairs.values()].map(gap => ({...gap})));
    if (this.#gap !== undefined && at !== this.#gap.since)
      gaps.push({after: this.#gap.after, before: null, count: 1, ms: at - this.#gap.since});
    return gaps
      .sort((a, b) => sortable(b.ms) - sortable(a.ms))
      .slice(0, MOST_TOLD)
      .map(gap => ({...gap, ms: roundedOrNull(gap.ms)}));
  }

  #add(before: string, at: number): void {
    if (this.#gap === undefined || at === this.#gap.since) return;
    const {after, since} = this.#gap;
    this.#total += at - since;
    let pairs = this.#pairs.get(after);
    const known = pairs?.get(before);
    if (known !== undefined) {
      known.count += 1;
      known.ms += at - since;
      return;
    }
    if (this.#pairCount >= MOST_PAIRS) return;
    this.#pairCount += 1;
    if (pairs === undefined) {
      pairs = new Map();
      this.#pairs.set(after, pairs);
    }
    pairs.set(before, {after, before, count: 1, ms: at - since});
  }
}

/** What is unknown comes last. */
function sortable(ms: number): number {
  return Number.isNaN(ms) ? -1 : ms;
}
