import {afterEach, beforeEach, expect, it, vi} from 'vitest';

import {lineTimes, type TimeStyle} from './line-times.ts';

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => void vi.unstubAllEnvs());

function shown(style: TimeStyle, times: readonly string[], late = false): string[] {
  const timeOf = lineTimes(style, {
    now: Date.parse('2026-11-29T12:00:00Z'),
    start: Date.parse('2026-11-29T10:00:00Z'),
  });
  return times.map(time =>
    timeOf({seq: 0, ts: Date.parse(time), kind: 'stdout', data: '', ...(late ? {late} : {})}),
  );
}

it('is local, with the date where it is another day than that of the line before', () => {
  expect(
    shown('local', [
      '2026-11-27T08:00:00.5Z',
      '2026-11-27T22:59:59Z',
      '2026-11-27T23:00:00Z',
      '2026-11-29T11:00:00Z',
    ]),
  ).toEqual([
    '2026-11-27 09:00:00.500',
    '23:59:59.000',
    '2026-11-28 00:00:00.000',
    '2026-11-29 12:00:00.000',
  ]);
  expect(shown('local', ['2026-11-29T11:00:00.123Z'])).toEqual(['12:00:00.123']);
  expect(shown('local', ['2026-07-01T11:00:00Z'])).toEqual(['2026-07-01 13:00:00.000']);
});

it('is UTC', () => {
  expect(shown('utc', ['2026-11-29T11:00:00.123Z', '2026-11-28T23:30:00Z'])).toEqual([
    '11:00:00.123Z',
    '2026-11-28 23:30:00.000Z',
  ]);
});

it('is relative to the start, also where a clock was put back', () => {
  expect(
    shown('relative', ['2026-11-29T10:00:12.345Z', '2026-11-30T11:01:00Z', '2026-11-29T09:59:59Z']),
  ).toEqual(['+0:00:12.345', '+25:01:00.000', '-0:00:01.000']);
});

it('is marked where it is that of a later reading', () => {
  expect(shown('utc', ['2026-11-29T11:00:00Z'], true)).toEqual(['~11:00:00.000Z']);
});
