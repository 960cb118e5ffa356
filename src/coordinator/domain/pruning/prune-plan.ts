/**
 * Which jobs of a repository are removed, why, and how much that frees: a function of what is there. In this order:
 *
 * 1. A job that is not closed or that is pinned stays, and so does every job of the newest `keepLast` invocations of a worktree
 *    that still exists.
 * 2. Of the others those go whose time is over.
 * 3. Of what is left the oldest go until all of it takes no more than `maxTotalBytes`, as far as that can be reached.
 */
import {agesOf} from './age.ts';

export interface PrunableJob {
  readonly name: string;
  readonly attempt: number;
  /** Of a job that ended, and to whose log nothing can write any more. */
  readonly isClosed: boolean;
  readonly isPinned: boolean;
  /** Unix milliseconds. */
  readonly submittedAt: number;
  /** When it ended; of one that is not closed it does not matter. */
  readonly endedAt: number;
  /** The retention does not count from before, where that is later than its end. */
  readonly keptFrom: number | null;
  /** How long it is kept after its end, in milliseconds; null for good. */
  readonly retentionMs: number | null;
  /** On the disk. */
  readonly bytes: number;
}

export interface PrunableInvocation {
  readonly id: string;
  /** Its worktree, or whatever stands for it. */
  readonly worktree: string;
  readonly isWorktreeThere: boolean;
  /** Of its directory itself, which goes with the last job. */
  readonly bytes: number;
  /** In the order of their submission. */
  readonly jobs: readonly PrunableJob[];
}

export interface PruneRules {
  /** Unix milliseconds. */
  readonly now: number;
  /** The clock is not believed: nothing goes for its age. */
  readonly isClockDoubtful: boolean;
  /** In the place of the retention of each job. */
  readonly olderThanMs?: number | undefined;
  readonly keepLast: number;
  /** Null for no limit. */
  readonly maxTotalBytes: number | null;
}

export interface Eviction {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly why: 'age' | 'size';
  /** How long ago it ended, in milliseconds; null where the clock does not tell. */
  readonly ageMs: number | null;
  readonly freesBytes: number;
}

export interface PrunePlan {
  /** In the order of submission. */
  readonly evictions: readonly Eviction[];
  /** What all jobs take, and what they will take then. */
  readonly usedBytes: number;
  readonly remainingBytes: number;
}

/** `invocations` are all that there are, in the order of their submission. */
export function prunePlan(invocations: readonly PrunableInvocation[], rules: PruneRules): PrunePlan {
  const kept = newestOfEach(invocations, rules.keepLast);
  const all = invocations.flatMap(invocation => invocation.jobs.map(job => ({invocation, job})));
  const ages = agesOf(
    all.map(({job}) => job),
    rules.now,
  );
  const usedBytes = invocations.reduce(
    (sum, {bytes, jobs}) => jobs.reduce((all, job) => all + job.bytes, sum + bytes),
    0,
  );
  const left = new Map(invocations.map(invocation => [invocation, invocation.jobs.length]));
  const evictions: (Eviction | undefined)[] = all.map(() => undefined);
  let remainingBytes = usedBytes;
  const evict = (at: number, why: Eviction['why']): void => {
    const {invocation, job} = all[at] as (typeof all)[number];
    const others = (left.get(invocation) ?? 0) - 1;
    left.set(invocation, others);
    const freesBytes = job.bytes + (others === 0 ? invocation.bytes : 0);
    remainingBytes -= freesBytes;
    const {name, attempt} = job;
    evictions[at] = {invocation: invocation.id, name, attempt, why, ageMs: ages[at] ?? null, freesBytes};
  };
  const mayGo = all.map(({invocation, job}) => job.isClosed && !job.isPinned && !kept.has(invocation));
  for (const [at, {job}] of all.entries()) {
    if (mayGo[at] && isOver(job, ages[at], rules)) evict(at, 'age');
  }
  for (let at = 0; at < all.length && isOverBudget(remainingBytes, rules); at++) {
    if (mayGo[at] && evictions[at] === undefined) evict(at, 'size');
  }
  return {evictions: evictions.filter(each => each !== undefined), usedBytes, remainingBytes};
}

/** The newest `count` invocations of every worktree that is still there. */
function newestOfEach(
  invocations: readonly PrunableInvocation[],
  count: number,
): ReadonlySet<PrunableInvocation> {
  const kept = new Set<PrunableInvocation>();
  const counts = new Map<string, number>();
  for (const invocation of invocations.toReversed()) {
    const {worktree, isWorktreeThere} = invocation;
    const before = counts.get(worktree) ?? 0;
    if (!isWorktreeThere || before >= count) continue;
    counts.set(worktree, before + 1);
    kept.add(invocation);
  }
  return kept;
}

function isOver(
  {retentionMs, endedAt, keptFrom}: PrunableJob,
  age: number | undefined,
  {now, olderThanMs, isClockDoubtful}: PruneRules,
): boolean {
  if (age === undefined) return false;
  if (olderThanMs !== undefined) return age >= olderThanMs;
  if (retentionMs === null || isClockDoubtful) return false;
  const sinceKept = keptFrom !== null && keptFrom > endedAt ? now - keptFrom : age;
  return Math.min(age, sinceKept) >= retentionMs;
}

function isOverBudget(bytes: number, {maxTotalBytes}: PruneRules): boolean {
  return maxTotalBytes !== null && bytes > maxTotalBytes;
}
