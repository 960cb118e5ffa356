import type {PrunableJob} from './prune-plan.ts';

/**
 * When the time of a job is over that has ended, in Unix milliseconds; undefined where it is kept for good. It may stay longer, as
 * one of the newest, or go earlier where there is no room.
 */
export function keptUntil({
  endedAt,
  keptFrom,
  retentionMs,
  isPinned,
}: Pick<PrunableJob, 'endedAt' | 'keptFrom' | 'retentionMs' | 'isPinned'>): number | undefined {
  if (isPinned || retentionMs === null) return undefined;
  const until = Math.max(endedAt, keptFrom ?? endedAt) + retentionMs;
  return until <= LAST_MOMENT ? until : undefined;
}

/** That a calendar knows. */
const LAST_MOMENT = 8.64e15;
