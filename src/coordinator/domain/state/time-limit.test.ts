import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {JobState} from '../job/job.ts';
import {timeLeftMs, timeOutReason} from './time-limit.ts';

const ms = fc.integer({min: 0, max: 10_000_000});

describe('the time that is left to a job', () => {
  it('is what its limit leaves of it, by the clock that only goes forward, whatever is done to the other one', () => {
    fc.assert(
      fc.property(ms, ms, fc.integer({min: -10_000_000, max: 10_000_000}), (limit, ran, jump) => {
        const state: JobState = {
          status: 'running',
          startedAt: 50_000_000,
          pid: 2,
          uptime: {ms: 1000, bootId: 'b1'},
        };
        const now = {at: 50_000_000 + ran + jump, uptime: {ms: 1000 + ran, bootId: 'b1'}};
        const expected = Math.max(0, limit + 1 - ran);
        expect(Math.abs(timeLeftMs(limit + 1, state, now) - expected)).toBeLessThanOrEqual(500); // so far the clocks may differ
      }),
    );
  });

  it('is never more than the limit where only the wall clock tells', () => {
    fc.assert(
      fc.property(ms, fc.integer(), (limit, at) => {
        const left = timeLeftMs(limit, {status: 'running', startedAt: 0, pid: 2}, {at});
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('is all of it where it has not started', () => {
    expect(timeLeftMs(5, {status: 'queued'}, {at: 9})).toBe(5);
  });
});

describe('why a job was ended', () => {
  it('says for how long it was allowed to run', () => {
    expect([timeOutReason(1500), timeOutReason(3_600_000)]).toEqual([
      'it ran for longer than 1.5 s',
      'it ran for longer than 3600 s',
    ]);
  });
});
