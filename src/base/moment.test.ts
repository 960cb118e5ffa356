import {describe, expect, it} from 'vitest';

import {beforeEnd, elapsedMs, type Moment, uptimeOf} from './moment.ts';

const HOUR = 3_600_000;
const NOON = 1767225600000;

function moment(at: number, uptimeMs?: number, bootId = 'b1'): Moment {
  return {at: NOON + at, ...(uptimeMs === undefined ? {} : {uptime: {ms: uptimeMs, bootId}})};
}

describe('the time between two moments', () => {
  it.each<[string, Moment, Moment, number | undefined]>([
    ['is that of the wall clock where both agree', moment(0, 1000), moment(1234, 2230), 1234],
    ['is the uptime after the clock was put back', moment(0, 1000), moment(-HOUR, 61_000), 60_000],
    ['is the uptime after the clock was put forward', moment(0, 1000), moment(HOUR, 61_000), 60_000],
    ['is not below zero where the clocks differ a little', moment(0, 1000), moment(-3, 1000), 0],
    ['is not known over a boot', moment(0, 1000), moment(HOUR, 500, 'b2'), undefined],
    ['is that of the wall clock where the uptime was not recorded', moment(0), moment(5000, 9), 5000],
    ['is not known where that went back', moment(0), moment(-1, 9), undefined],
  ])('%s', (_, from, to, expected) => {
    expect(elapsedMs(from, to)).toBe(expected);
  });
});

describe('how long ago something happened of which only the wall clock tells', () => {
  const HOURS = {from: NOON, to: NOON + 2 * HOUR, ms: 2 * HOUR};
  it.each<[string, number, Parameters<typeof beforeEnd>[1], number | undefined]>([
    ['is that where nobody set the clock', NOON + HOUR, HOURS, HOUR],
    [
      'is counted from the begin where it was before the clock was put back',
      NOON + HOUR,
      {...HOURS, to: NOON + HOUR / 2},
      HOUR,
    ],
    [
      'is counted from the end where it was after that',
      NOON - 4 * HOUR,
      {...HOURS, to: NOON - 3.5 * HOUR},
      HOUR / 2,
    ],
    ['is not known where it may be either', NOON + HOUR, {...HOURS, to: NOON + 1.5 * HOUR}, undefined],
    ['is that of the wall clock where the length is not known', NOON, {...HOURS, ms: undefined}, 2 * HOUR],
    ['and never below zero', NOON + 3 * HOUR, {...HOURS, ms: undefined}, undefined],
  ])('%s', (_, stamp, stretch, expected) => {
    expect(beforeEnd(stamp, stretch)).toBe(expected);
  });
});

it('an uptime is a number and a boot', () => {
  expect(uptimeOf(10, 'b1')).toEqual({ms: 10, bootId: 'b1'});
  for (const ms of [undefined, null, '10', -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(uptimeOf(ms, 'b1')).toBeUndefined();
  expect(uptimeOf(10, null)).toBeUndefined();
});
