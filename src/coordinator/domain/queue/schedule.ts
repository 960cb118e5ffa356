/** Which queued jobs may start now, and in which order jobs wait. */
import type {Job} from '../job/job.ts';

/**
 * Those of the queue that may start now, in its order: as many as there is room for, and above that those that pass it,
 * which stand at its head.
 */
export function schedule<T>(
  queue: readonly T[],
  running: number,
  parallel: number,
  passesQueue: (job: T) => boolean = () => false,
): readonly T[] {
  const passing = headLength(queue, passesQueue);
  return queue.slice(0, passing + Math.max(0, parallel - running - passing));
}

/** Whether it starts at once, also above the limit. */
export function passesQueue({spec}: Job): boolean {
  return spec.now;
}

/** Where the first job stands that has to wait for its turn. */
export function headLength<T>(queue: readonly T[], passes: (job: T) => boolean): number {
  const first = queue.findIndex(job => !passes(job));
  return first < 0 ? queue.length : first;
}

/** How many jobs run at once when nobody said otherwise: eight times the cores, at least 16. */
export function defaultParallel(cores: number): number {
  return Math.max(16, cores * 8);
}
