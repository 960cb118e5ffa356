/**
 * When a job is stuck. Only what the worker did counts: what it reported, what it printed. A job that never reported can
 * be quiet, never stalled: nobody knows what it would have to say. Nor is one stalled that said that it is done, or for
 * what it waits. All times are of one clock that nobody sets, in milliseconds.
 */

export interface StallFacts {
  /** Silence that is too long; 0 for never. */
  readonly stallAfterMs: number;
  /** When its progress last changed, if only uncertainly; undefined when it never reported any. */
  readonly changedAt: number | undefined;
  /** When it last printed something new; undefined when it never did. */
  readonly printedAt: number | undefined;
  /** The open phases that are known to take long, of all its runs. */
  readonly expected: readonly Expected[];
  /** No run of it goes on, or it said for what it waits. */
  readonly mayBeSilent: boolean;
  /**
   * Since when somebody has looked without a break. Silence before that does not count: the machine may have slept then,
   * or somebody may have set the clock by which it was dated.
   */
  readonly watchedSince: number;
}

/** How long a phase that is open is known to take at most, as it says. */
export interface Expected {
  readonly since: number;
  readonly expectMs: number;
}

/** When the job is to be called stalled if nothing moves until then; undefined for never. */
export function stallsAt({
  stallAfterMs,
  changedAt,
  printedAt,
  expected,
  mayBeSilent,
  watchedSince,
}: StallFacts): number | undefined {
  if (stallAfterMs === 0 || changedAt === undefined || mayBeSilent) return undefined;
  const silentSince = Math.max(changedAt, printedAt ?? changedAt, watchedSince);
  return expected
    .filter(({expectMs}) => expectMs >= 0 && expectMs <= Number.MAX_SAFE_INTEGER)
    .map(({since, expectMs}) => Math.max(since, watchedSince) + expectMs)
    .reduce((latest, at) => Math.max(latest, at), silentSince + stallAfterMs);
}
