/** In which order queued jobs start. Pure. */
import type {Job} from '../job/job.ts';
import {passesQueue} from './may-start.ts';

/** A queued job in its place. */
export interface Queued {
  readonly job: Job;
  /** Counts the jobs as they came into the queue. */
  readonly arrival: number;
}

/** Negative when `a` starts first: those that pass the queue, then by priority, the highest first, then as they came. */
export function compareStart(a: Queued, b: Queued): number {
  return (
    Number(passesQueue(b.job)) - Number(passesQueue(a.job)) ||
    b.job.spec.priority - a.job.spec.priority ||
    a.arrival - b.arrival
  );
}

/** Puts it among those that are in order already. */
export function insertByStart(queue: Queued[], queued: Queued): void {
  let [from, to] = [0, queue.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const there = queue[middle];
    if (there !== undefined && compareStart(there, queued) < 0) from = middle + 1;
    else to = middle;
  }
  queue.splice(from, 0, queued);
}
