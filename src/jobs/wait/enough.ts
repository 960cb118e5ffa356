/** When a waiting for several jobs is over. Pure. */

/** All have ended; the first has; the first that did not complete has, or all. */
export type Until = 'all' | 'any' | 'failure';

/** `ends`: of each job how it ended; undefined of one that goes on. */
export function isEnough(until: Until, ends: readonly ({readonly status: string} | undefined)[]): boolean {
  const haveAll = !ends.includes(undefined);
  if (until === 'all') return haveAll;
  if (until === 'any') return ends.some(end => end !== undefined);
  return haveAll || ends.some(end => end !== undefined && end.status !== 'completed');
}
