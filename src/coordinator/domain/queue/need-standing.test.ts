import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {InvocationId} from '../../../base/index.ts';
import type {JobState} from '../job/job.ts';
import {NEED_ENDS, type Need} from '../job/need.ts';
import {ENDED_STATUSES} from '../testing/sample-jobs.ts';
import {needStanding, needsStanding} from './need-standing.ts';

const OPEN: readonly JobState[] = [
  {status: 'queued'},
  {status: 'running', startedAt: 1, pid: 2},
  {status: 'cancelling', startedAt: 1, pid: 2, since: 3, killAt: 4},
];
const ENDED = ENDED_STATUSES.map((status): JobState => ({status, finishedAt: 5}));
const anyState = fc.constantFrom(...OPEN, ...ENDED);
const anyNeed: fc.Arbitrary<Need> = fc.record({
  invocation: fc.constant('3fa9c1d2e4b5' as InvocationId),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  end: fc.constantFrom(...NEED_ENDS),
});

/** The same as a table. */
const MET: Readonly<Record<Need['end'], readonly string[]>> = {
  gone: [],
  completed: ['completed'],
  ended: ENDED_STATUSES,
  failed: ['failed', 'crashed', 'timed_out'],
};

describe('a need', () => {
  it('is open until the job has ended, then met by the ends that it names, and never by the others', () => {
    fc.assert(
      fc.property(anyNeed, anyState, (need, state) => {
        const standing = needStanding(need, {state});
        if (OPEN.includes(state)) expect(standing).toBe('open');
        else if (MET[need.end].includes(state.status)) expect(standing).toBe('met');
        else expect(standing).toEqual({never: expect.stringMatching(/^3fa9c1:[a-d] /)});
      }),
    );
  });

  it.each<[Need['end'], JobState | undefined, string]>([
    ['completed', {status: 'failed', finishedAt: 5}, '3fa9c1:a failed'],
    ['completed', {status: 'timed_out', finishedAt: 5}, '3fa9c1:a timed out'],
    ['completed', {status: 'skipped', finishedAt: 5}, '3fa9c1:a was skipped'],
    [
      'failed',
      {status: 'cancelled', finishedAt: 5},
      '3fa9c1:a was cancelled, and only a failure of it was waited for',
    ],
    ['ended', undefined, '3fa9c1:a was removed, so how it ended cannot be known'],
  ])('of one that %s never says why', (end, state, never) => {
    const need = {invocation: '3fa9c1d2e4b5' as InvocationId, name: 'a', end};
    expect(needStanding(need, state && {state})).toEqual({never});
  });
});

describe('the needs of a job', () => {
  it('are never met where one of them never is; else those are open that are', () => {
    fc.assert(
      fc.property(
        fc.array(anyNeed, {maxLength: 6}),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), anyState),
        (needs, states) => {
          const find = ({name}: Need) => {
            const state = states[name];
            return state && {state};
          };
          const standings = needs.map(need => needStanding(need, find(need)));
          const {open, never} = needsStanding(needs, find);
          const lost = standings.find(each => typeof each === 'object');
          expect(never).toBe(lost?.never);
          if (never === undefined) expect(open).toEqual(needs.filter((_, at) => standings[at] === 'open'));
        },
      ),
    );
  });
});
