/** Which queued jobs may start now: the oldest first, as many as there is room for. */
export function schedule<T>(queue: readonly T[], running: number, parallel: number): readonly T[] {
  return queue.slice(0, Math.max(0, parallel - running));
}

/** How many jobs run at once when nobody said otherwise: twice the cores, at least 4. */
export function defaultParallel(cores: number): number {
  return Math.max(4, cores * 2);
}
