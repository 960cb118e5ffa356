/** What a restore would do: what is not there comes back, what is there stays as it is. Pure. */
import type {Inventory} from '../inventory.ts';

export interface RestorePlan {
  readonly take: Inventory;
  /** It is there already. */
  readonly keep: Inventory;
  /** Of the jobs that come back those that had not ended: they come back as crashed, unless their end was written already. */
  readonly unfinished: readonly string[];
}

export function planRestore(
  backup: Inventory & {readonly unfinished: readonly string[]},
  here: Inventory,
): RestorePlan {
  const jobs = divided(backup.jobs, here.jobs);
  const topics = divided(backup.topics, here.topics);
  const others = divided(backup.others, here.others);
  const taken = new Set(jobs.take);
  return {
    take: {jobs: jobs.take, topics: topics.take, others: others.take},
    keep: {jobs: jobs.keep, topics: topics.keep, others: others.keep},
    unfinished: backup.unfinished.filter(job => taken.has(job)),
  };
}

export function isNothing({jobs, topics, others}: Inventory): boolean {
  return jobs.length + topics.length + others.length === 0;
}

function divided(theirs: readonly string[], ours: readonly string[]) {
  const there = new Set(ours);
  return {take: theirs.filter(each => !there.has(each)), keep: theirs.filter(each => there.has(each))};
}
