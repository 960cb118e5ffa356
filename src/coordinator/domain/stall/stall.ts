/**
 * When a job is stuck. Only what the worker did counts: what it reported, what it printed. A job that never reported can
 * be quiet, never stalled: nobody knows what it would have to say. Nor is one stalled that said that it is done. All times
 * are of one clock that nobody sets, in milliseconds.
 */

export interface StallFacts {
  /** Silence that is too long; 0 for never. */
  readonly stallAfterMs: number;
  /** When its progress last moved; undefined when it never reported any. */
  readonly movedAt: number | undefined;
  /** When it last printed something; undefined when it never did. */
  readonly printedAt: number | undefined;
  /** The phase that was opened last and is still open. */
  readonly open: {readonly since: number; readonly expectMs?: number} | undefined;
  /** Its newest run reported how it ended. */
  readonly isOver: boolean;
  /**
   * Since when somebody has looked without a break. Silence before that does not count: the machine may have slept then,
   * or somebody may have set the clock by which it was dated.
   */
  readonly watchedSince: number;
}

/** When the job is to be called stalled if nothing moves until then; undefined for never. */
export function stallsAt({
  stallAfterMs,
  movedAt,
  printedAt,
  open,
  isOver,
  watchedSince,
}: StallFacts): number | undefined {
  if (stallAfterMs === 0 || movedAt === undefined || isOver) return undefined;
  const silentSince = Math.max(movedAt, printedAt ?? movedAt, watchedSince);
  const expected = open?.expectMs === undefined ? 0 : Math.max(open.since, watchedSince) + open.expectMs;
  return Math.max(silentSince + stallAfterMs, expected);
}
