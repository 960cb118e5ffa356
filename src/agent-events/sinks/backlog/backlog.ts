import {type Loss, Losses} from './losses.ts';

/**
 * What waits for a receiver that is slow, in its order. What is lost is told of by a gap in its place: behind what waited
 * when it was lost, before all that came later. How much may wait, `Capacity` says.
 */
export class Backlog<T> {
  readonly #gapOf: (loss: Loss) => T;
  readonly #losses = new Losses();
  #waiting: T[] = [];

  /** `gapOf` makes what tells of a loss. */
  constructor(gapOf: (loss: Loss) => T) {
    this.#gapOf = gapOf;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether something is lost of which no gap tells yet. */
  get hasLosses(): boolean {
    return !this.#losses.isEmpty;
  }

  push(item: T): void {
    this.tellLosses();
    this.#waiting.push(item);
  }

  /** It comes too late to wait, and before all that comes from now on. */
  lose(loss: Loss): void {
    this.#losses.add(loss);
  }

  /** A gap that was refused: it is told again before the next one that waits, with what was lost since. */
  untold(loss: Loss): void {
    this.#losses.putBack(loss);
  }

  /** The oldest, at most so many; when none waits, the gaps. */
  take(most: number): T[] {
    if (this.#waiting.length === 0) this.tellLosses();
    return this.#waiting.splice(0, most);
  }

  /** In front of all others: they were taken, and not accepted. */
  putBack(items: readonly T[]): void {
    this.#waiting.unshift(...items);
  }

  /** Puts the gaps behind what waits. */
  tellLosses(): void {
    for (const loss of this.#losses.take()) this.#waiting.push(this.#gapOf(loss));
  }
}
