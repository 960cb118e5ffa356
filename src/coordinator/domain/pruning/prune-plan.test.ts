import {describe, expect, it} from 'vitest';

import {type PrunableInvocation, type PrunableJob, type PruneRules, prunePlan} from './prune-plan.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;
const RULES: PruneRules = {now: NOW, isClockDoubtful: false, keepLast: 0, maxTotalBytes: null};

/** A job that ended so many days ago. */
function job(daysAgo: number, changes: Partial<PrunableJob> = {}): PrunableJob {
  const at = NOW - daysAgo * DAY;
  return {
    name: 'job',
    attempt: 1,
    isClosed: true,
    isPinned: false,
    submittedAt: at,
    endedAt: at,
    keptFrom: null,
    retentionMs: 7 * DAY,
    bytes: 100,
    ...changes,
  };
}

function invocation(
  id: string,
  jobs: readonly PrunableJob[],
  changes: Partial<PrunableInvocation> = {},
): PrunableInvocation {
  return {id, worktree: '/work', isWorktreeThere: true, bytes: 10, jobs, ...changes};
}

function evicted(invocations: readonly PrunableInvocation[], rules: Partial<PruneRules> = {}): string[] {
  return prunePlan(invocations, {...RULES, ...rules}).evictions.map(
    ({invocation: id, why}) => `${id} ${why}`,
  );
}

describe('the time of a job', () => {
  it('is over when its retention is, for each by its own', () => {
    const jobs = [
      invocation('a', [job(40, {retentionMs: 30 * DAY})]),
      invocation('b', [job(20, {retentionMs: 30 * DAY})]),
      invocation('c', [job(8)]),
      invocation('d', [job(7)]),
      invocation('e', [job(6)]),
    ];
    expect(evicted(jobs)).toEqual(['a age', 'c age', 'd age']);
  });

  it('is never over where it is kept for good, but by name of an age', () => {
    const jobs = [invocation('a', [job(900, {retentionMs: null})])];
    expect(evicted(jobs)).toEqual([]);
    expect(evicted(jobs, {olderThanMs: DAY})).toEqual(['a age']);
  });

  it('counts from a later moment where that is wanted, but not for who names an age', () => {
    const jobs = [invocation('a', [job(900, {keptFrom: NOW - 6 * DAY})])];
    expect(evicted(jobs)).toEqual([]);
    expect(evicted(jobs, {now: NOW + DAY})).toEqual(['a age']);
    expect(evicted(jobs, {olderThanMs: 100 * DAY})).toEqual(['a age']);
  });

  it('is not over while the clock is not believed, or says that it ended in the future', () => {
    expect(evicted([invocation('a', [job(8)])], {isClockDoubtful: true})).toEqual([]);
    expect(evicted([invocation('a', [job(-8)])], {olderThanMs: 0})).toEqual([]);
  });
});

describe('what stays', () => {
  it('is what is pinned or not closed', () => {
    const jobs = [
      invocation('a', [job(9, {isPinned: true}), job(9, {isClosed: false}), job(9, {name: 'other'})]),
    ];
    expect(prunePlan(jobs, {...RULES, maxTotalBytes: 0}).evictions.map(({name}) => name)).toEqual(['other']);
  });

  it('are the newest invocations of each worktree that is there', () => {
    const there = (id: string, worktree: string) => invocation(id, [job(9)], {worktree});
    const jobs = [
      there('a', '/one'),
      there('b', '/two'),
      there('c', '/one'),
      there('d', '/one'),
      invocation('e', [job(9)], {worktree: '/gone', isWorktreeThere: false}),
    ];
    expect(evicted(jobs, {keepLast: 2})).toEqual(['a age', 'e age']);
    expect(evicted(jobs, {keepLast: 2, maxTotalBytes: 0, isClockDoubtful: true})).toEqual([
      'a size',
      'e size',
    ]);
  });
});

describe('what there is no room for', () => {
  it('goes oldest first, by the order of submission and by no clock', () => {
    const jobs = [invocation('a', [job(-50)]), invocation('b', [job(2)]), invocation('c', [job(1)])];
    expect(evicted(jobs, {maxTotalBytes: 220})).toEqual(['a size']);
    expect(evicted(jobs, {maxTotalBytes: 219})).toEqual(['a size', 'b size']);
  });

  it('is told with what it frees, the directory of an invocation with its last job', () => {
    const jobs = [invocation('a', [job(2), job(1, {name: 'other', bytes: 5})])];
    const plan = prunePlan(jobs, {...RULES, maxTotalBytes: 0});
    expect(plan.evictions.map(({freesBytes}) => freesBytes)).toEqual([100, 15]);
    expect(plan).toMatchObject({usedBytes: 115, remainingBytes: 0});
  });
});
