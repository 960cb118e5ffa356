/** What a running job does, in one word. */

export const ACTIVITIES = ['moving', 'stalled', 'uncertain', 'waiting', 'complete', 'quiet'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export interface ActivityFacts {
  /** A stall is on record, and stands. */
  readonly isStalled: boolean;
  /** How long ago a worker of it said for what it waits, if it has not moved since. */
  readonly waitsMs: number | undefined;
  /** All its runs are over, and the last is complete. */
  readonly isComplete: boolean;
  /** How long ago it moved, or printed something new; undefined where it never did, as far as is known. */
  readonly movedMs: number | undefined;
  /** How long ago it last told what may be work, if it has not moved since. */
  readonly changedMs: number | undefined;
  /** How long it runs; undefined where nobody knows. */
  readonly ranMs: number | undefined;
  /** A phase is open that is known to take longer. */
  readonly isExpected: boolean;
  /** Shorter silence is nothing to tell. */
  readonly patienceMs: number;
}

/** Null where nothing tells yet. */
export function activityOf(facts: ActivityFacts): Activity | null {
  const {isStalled, waitsMs, isComplete, movedMs, changedMs, ranMs, isExpected, patienceMs} = facts;
  if (isStalled) return 'stalled';
  if (isComplete) return 'complete';
  const isMoving = movedMs !== undefined && movedMs < patienceMs;
  // Of several workers one may move while another waits.
  if (waitsMs !== undefined && !(isMoving && movedMs < waitsMs)) return 'waiting';
  if (isMoving || (isExpected && movedMs !== undefined)) return 'moving';
  if (changedMs !== undefined && changedMs < patienceMs) return 'uncertain';
  return movedMs !== undefined || (ranMs ?? 0) >= patienceMs ? 'quiet' : null;
}
