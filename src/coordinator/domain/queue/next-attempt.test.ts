import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {LONGEST_BACKOFF_MS, MOST_RETRIES} from '../../../base/index.ts';
import type {EndedState} from '../job/job.ts';
import {ENDED_STATUSES} from '../testing/sample-jobs.ts';
import {backoffMs, longestBackoffMs, nextAttempt} from './next-attempt.ts';

const HOUR_MS = 3_600_000;
const random = fc.double({min: 0, max: 1, noNaN: true});
const anyRetries = fc.record({
  retries: fc.integer({min: 0, max: MOST_RETRIES}),
  backoffMs: fc.integer({min: 0, max: LONGEST_BACKOFF_MS}),
  retryOn: fc.option(fc.array(fc.integer({min: 0, max: 255}), {minLength: 1})),
  attempt: fc.integer({min: 1, max: MOST_RETRIES + 1}),
});
const anyEnd: fc.Arbitrary<EndedState> = fc.record({
  status: fc.constantFrom(...ENDED_STATUSES),
  exitCode: fc.integer({min: 0, max: 255}),
  finishedAt: fc.constant(1),
});

describe('the next attempt', () => {
  it('is there exactly where one is left and it failed or timed out, with one of the codes that are asked for', () => {
    fc.assert(
      fc.property(anyRetries, anyEnd, random, (job, end, number) => {
        const code = end.status === 'timed_out' ? 124 : end.exitCode;
        const isFailure = end.status === 'failed' || end.status === 'timed_out';
        const isAsked = job.retryOn === null || job.retryOn.some(each => each === code);
        const isExpected = job.attempt <= job.retries && isFailure && isAsked;
        expect(nextAttempt(job, end, number)?.attempt).toBe(isExpected ? job.attempt + 1 : undefined);
      }),
    );
  });

  it('comes after a pause that is at most the longest, at least half of it, and longer the later', () => {
    fc.assert(
      fc.property(anyRetries, random, ({attempt, ...job}, number) => {
        const longest = longestBackoffMs(job, attempt);
        const pause = backoffMs(job, attempt, number);
        expect(pause).toBeGreaterThanOrEqual(Math.floor(longest / 2));
        expect(pause).toBeLessThanOrEqual(longest);
        expect(longest).toBeLessThanOrEqual(Math.max(HOUR_MS, job.backoffMs));
        expect(longestBackoffMs(job, attempt + 1)).toBeGreaterThanOrEqual(longest);
        expect(Number.isSafeInteger(pause)).toBe(true);
      }),
    );
  });

  it('has pauses that double, up to an hour', () => {
    const pauses = [1, 2, 3, 4, 11, 12, 100].map(attempt => longestBackoffMs({backoffMs: 5000}, attempt));
    expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, HOUR_MS, HOUR_MS, HOUR_MS]);
    expect(longestBackoffMs({backoffMs: 2 * HOUR_MS}, 9)).toBe(2 * HOUR_MS);
    expect(longestBackoffMs({backoffMs: 0}, 9)).toBe(0);
  });
});
