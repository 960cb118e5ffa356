/**
 * How old a job is for who removes old ones. All of it hangs on the wall clock, which people set: what it makes older than it
 * can be is believed as far as it can be, and what it makes unknown is not old. Pure.
 */

const YEAR_MS = 366 * 24 * 60 * 60 * 1000;

/** When a job was submitted and when it ended; Unix milliseconds. */
export interface Times {
  readonly submittedAt: number;
  readonly endedAt: number;
}

/**
 * How long ago each of these jobs ended, in milliseconds; undefined where it ended in what is the future now. `jobs` stand in
 * the order of their submission: one was not over before another one that was submitted before it, whatever its times say.
 */
export function agesOf(jobs: readonly Times[], now: number): (number | undefined)[] {
  let earliest = Number.NEGATIVE_INFINITY;
  return jobs.map(({submittedAt, endedAt}) => {
    if (submittedAt <= now) earliest = Math.max(earliest, submittedAt);
    return endedAt > now ? undefined : now - Math.max(endedAt, earliest);
  });
}

/**
 * Whether the clock went further than it is likely to go between two looks, so that nothing is removed for its age until it is
 * still there at the next one: a clock that was set wrong for an hour would cost everything.
 */
export function hasLeapt(lastLookAt: number | undefined, now: number): boolean {
  return lastLookAt !== undefined && now - lastLookAt > YEAR_MS;
}
