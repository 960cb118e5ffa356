/**
 * How much may wait for a receiver that is slow, in any unit. Once it is full it takes nothing until half of it is free:
 * else every other thing that waits would tell of a loss.
 */
export class Capacity {
  readonly #most: number;
  #used = 0;
  #isShut = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** False when there is no room. */
  enter(size: number): boolean {
    if (this.#isShut && this.#used > this.#most / 2) return false;
    this.#isShut = this.#used + size > this.#most;
    if (this.#isShut) return false;
    this.#used += size;
    return true;
  }

  /** Takes room also where there is none: for what tells of a loss. */
  hold(size: number): void {
    this.#used += size;
  }

  leave(size: number): void {
    this.#used -= size;
    if (this.#used === 0) this.#isShut = false;
  }
}
