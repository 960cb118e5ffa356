/**
 * Which records are of the last so many minutes, although the clock may have been put back while they were written: their
 * order is true, their times are those of that clock. How much younger than the last one a record is, is how far the times
 * rise between the two. As much as they fall anywhere the clock was late since, so a rise may be that it was put right
 * again: by so much more is taken. So after a clock was put back nothing is left out that is young enough, and what is too
 * old by no more than that may be taken in. Pure.
 */
export class RisingTime {
  #last: number | undefined;
  #risen = 0;
  #fallen = 0;

  /** How far the times have risen until now, falls left aside. Milliseconds. */
  get risen(): number {
    return this.#risen;
  }

  /** The next time, in the order of the records, or now; Unix milliseconds. */
  add(ts: number): void {
    const by = ts - (this.#last ?? ts);
    this.#last = ts;
    if (by > 0) this.#risen += by;
    else this.#fallen -= by;
  }

  /** How far they had risen at the begin of the last `ageMs`. */
  risenBefore(ageMs: number): number {
    return this.#risen - this.#fallen - ageMs;
  }
}
