/**
 * When a job is stuck. Only what the worker did counts: what it reported, what it printed. A job that never reported can
 * be quiet, never stalled: nobody knows what it would have to say. All times are of one clock, in milliseconds.
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
  /** Not before then: somebody who has only just begun to look cannot know. */
  readonly notBefore: number;
}

/** When the job is to be called stalled if nothing moves until then; undefined for never. */
export function stallsAt({
  stallAfterMs,
  movedAt,
  printedAt,
  open,
  notBefore,
}: StallFacts): number | undefined {
  if (stallAfterMs === 0 || movedAt === undefined) return undefined;
  const silentSince = Math.max(movedAt, printedAt ?? movedAt);
  const expected = open?.expectMs === undefined ? 0 : open.since + open.expectMs;
  return Math.max(silentSince + stallAfterMs, expected, notBefore);
}
