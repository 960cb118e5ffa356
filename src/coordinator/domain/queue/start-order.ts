/** In which order queued jobs start. Pure. */
import type {Job} from '../job/job.ts';
import {passesQueue} from './may-start.ts';

/** A queued job in its place. */
export interface Queued {
  readonly job: Job;
  /** Counts the jobs as they came into the queue. */
  readonly arrival: number;
  /** Somebody moved it: 0 where nobody did, below that before all others, above it behind them. */
  readonly rank: number;
}

export const QUEUE_ENDS = ['first', 'last'] as const;
export type QueueEnd = (typeof QUEUE_ENDS)[number];

/** The rank of a job that is moved to an end of the queue, where these wait. */
export function rankAt(end: QueueEnd, queue: Iterable<Pick<Queued, 'rank'>>): number {
  let [least, most] = [0, 0];
  for (const {rank} of queue) [least, most] = [Math.min(least, rank), Math.max(most, rank)];
  return end === 'first' ? least - 1 : most + 1;
}

/**
 * Negative when `a` starts first: those that pass the queue, then as somebody moved them, then by priority, the highest first,
 * then as they came.
 */
export function compareStart(a: Queued, b: Queued): number {
  return (
    Number(passesQueue(b.job)) - Number(passesQueue(a.job)) ||
    a.rank - b.rank ||
    b.job.spec.priority - a.job.spec.priority ||
    a.arrival - b.arrival
  );
}

/** Puts it among those that are in order already. */
export function insertByStart(queue: Queued[], queued: Queued): void {
  const last = queue.at(-1);
  const isLast = last === undefined || compareStart(last, queued) < 0; // as mostly
  let [from, to] = [isLast ? queue.length : 0, queue.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const there = queue[middle];
    if (there !== undefined && compareStart(there, queued) < 0) from = middle + 1;
    else to = middle;
  }
  queue.splice(from, 0, queued);
}
