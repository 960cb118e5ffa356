/**
 * A moment by two clocks: the wall clock, which people set, and the uptime of the machine, which nobody sets and which ends
 * with the boot. How long something took is told by the second; the first tells the milliseconds, where both agree. Pure.
 */

/** With its uptime absent where nobody recorded that. */
export interface Moment {
  /** By the wall clock, Unix milliseconds. */
  readonly at: number;
  readonly uptime?: Uptime;
}

/** Since the machine was started, its sleep included. */
export interface Uptime {
  readonly ms: number;
  /** Another one each time that the kernel starts. */
  readonly bootId: string;
}

/**
 * Milliseconds from one moment to a later one. Undefined where nobody can know: another boot lies between them, or one has
 * no uptime and the wall clock went back.
 */
export function elapsedMs(from: Moment, to: Moment): number | undefined {
  const byWall = to.at - from.at;
  if (from.uptime === undefined || to.uptime === undefined) return byWall < 0 ? undefined : byWall;
  if (from.uptime.bootId !== to.uptime.bootId) return undefined;
  const byUptime = to.uptime.ms - from.uptime.ms;
  return Math.max(0, Math.abs(byWall - byUptime) <= AGREE_MS ? byWall : byUptime);
}

/** A uptime that was read from a file; undefined for what is none. */
export function uptimeOf(ms: unknown, bootId: string | null | undefined): Uptime | undefined {
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) return undefined;
  return bootId ? {ms, bootId} : undefined;
}

/** A stretch of time by both clocks. */
export interface Stretch {
  /** Its ends by the wall clock, Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** How long it was; undefined where nobody knows. */
  readonly ms: number | undefined;
}

/**
 * How long before the end of a stretch something in it happened of which only the time by the wall clock is known, as of
 * the last write to a file. Where the clock was set within the stretch, that time may be of before or of after; undefined
 * where both are possible.
 */
export function beforeEnd(stamp: number, {from, to, ms}: Stretch): number | undefined {
  const byEnd = to - stamp;
  if (ms === undefined) return byEnd < 0 ? undefined : byEnd;
  const byBegin = ms - (stamp - from);
  if (Math.abs(byEnd - byBegin) <= NEAR_MS) return Math.max(0, byEnd);
  const possible = [byEnd, byBegin].filter(age => age >= -NEAR_MS && age <= ms + NEAR_MS);
  const [age] = possible;
  return possible.length === 1 && age !== undefined ? Math.max(0, age) : undefined;
}

/** An uptime is told in hundredths of a second, and read a little before or after the wall clock. */
const AGREE_MS = 50;
/** So little nobody minds where a time is that of a file. */
const NEAR_MS = 1000;
