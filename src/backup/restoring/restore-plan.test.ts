import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {isNothing, planRestore} from './restore-plan.ts';

const NOTHING = {jobs: [], topics: [], others: []};
const BACKUP = {
  jobs: ['r/1/a', 'r/1/b', 'r/2/a'],
  unfinished: ['r/1/b', 'r/2/a'],
  topics: ['builds', 'checks'],
  others: ['sessions/today', 'settings.json'],
};

describe('what a restore would do', () => {
  it('is all of the backup where there is nothing', () => {
    const {unfinished, ...all} = BACKUP;
    expect(planRestore(BACKUP, NOTHING)).toEqual({take: all, keep: NOTHING, unfinished});
  });

  it('leaves what is there, job by job, topic by topic and session by session', () => {
    const here = {jobs: ['r/1/b', 'x/1/a'], topics: ['checks'], others: ['settings.json']};
    expect(planRestore(BACKUP, here)).toEqual({
      take: {jobs: ['r/1/a', 'r/2/a'], topics: ['builds'], others: ['sessions/today']},
      keep: {jobs: ['r/1/b'], topics: ['checks'], others: ['settings.json']},
      unfinished: ['r/2/a'],
    });
  });

  it('is nothing the second time', () => {
    expect(isNothing(planRestore(BACKUP, BACKUP).take)).toBe(true);
    expect(isNothing(planRestore(BACKUP, NOTHING).take)).toBe(false);
  });

  it('never takes what is there, and never loses what is not', () => {
    const names = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(names, names, (theirs, ours) => {
        const {take, keep} = planRestore(
          {...NOTHING, jobs: theirs, unfinished: []},
          {...NOTHING, jobs: ours},
        );
        expect(take.jobs.filter(job => ours.includes(job))).toEqual([]);
        expect([...take.jobs, ...keep.jobs].sort()).toEqual([...theirs].sort());
      }),
    );
  });
});
