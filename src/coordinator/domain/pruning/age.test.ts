import {describe, expect, it} from 'vitest';

import {agesOf, hasLeapt} from './age.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;
const ended = (submittedAt: number, endedAt: number) => ({submittedAt, endedAt});

describe('the age of a job', () => {
  it('is how long ago it ended', () => {
    expect(agesOf([ended(NOW - 9 * DAY, NOW - 8 * DAY), ended(NOW - 2 * DAY, NOW)], NOW)).toEqual([
      8 * DAY,
      0,
    ]);
  });

  it('is unknown where it ended in what is the future now', () => {
    expect(agesOf([ended(NOW - DAY, NOW + 1), ended(NOW + DAY, NOW + 2 * DAY)], NOW)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is no more than that of a job that was submitted before it', () => {
    expect(agesOf([ended(NOW - 3 * DAY, NOW - 3 * DAY), ended(0, 5)], NOW)).toEqual([3 * DAY, 3 * DAY]);
  });

  it('does not suffer from another job that was submitted in the future', () => {
    const ages = agesOf([ended(NOW + 50 * DAY, NOW + 50 * DAY), ended(NOW - 9 * DAY, NOW - 8 * DAY)], NOW);
    expect(ages).toEqual([undefined, 8 * DAY]);
  });
});

it('a clock that went more than a year ahead since the last look is not believed at once', () => {
  expect(hasLeapt(NOW, NOW + 365 * DAY)).toBe(false);
  expect(hasLeapt(NOW, NOW + 367 * DAY)).toBe(true);
  expect(hasLeapt(NOW, NOW - 500 * DAY)).toBe(false);
  expect(hasLeapt(undefined, NOW)).toBe(false);
});
