import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {parseTimeValue, timeValue} from './time-value.ts';

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => void vi.unstubAllEnvs());

/** What a text means at a moment; both in local time unless they say UTC. */
async function at(now: string, text: string): Promise<string | undefined> {
  const ms = await parseTimeValue(text, Date.parse(now));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

const NOON = '2026-11-29T12:00:30';

it.each([
  ['now', '2026-11-29T12:00:30'],
  ['10m', '2026-11-29T11:50:30'],
  ['1h30m', '2026-11-29T10:30:30'],
  ['11:05', '2026-11-29T11:05:00'],
  ['9:05', '2026-11-29T09:05:00'],
  ['12:00', '2026-11-29T12:00:00'],
  ['12:00:30', '2026-11-29T12:00:30'],
  ['12:00:31', '2026-11-28T12:00:31'],
  ['14:05', '2026-11-28T14:05:00'],
  ['today', '2026-11-29T00:00:00'],
  ['Yesterday', '2026-11-28T00:00:00'],
  [' yesterday  14:05 ', '2026-11-28T14:05:00'],
  ['today 9:00', '2026-11-29T09:00:00'],
  ['today 14:00', '2026-11-29T14:00:00'],
  ['tomorrow', '2026-11-30T00:00:00'],
  ['2026-11-28', '2026-11-28T00:00:00'],
  ['2026-11-28 14:05', '2026-11-28T14:05:00'],
  ['2026-11-28T14:05:30', '2026-11-28T14:05:30'],
  ['2026-11-28T14:05:30.25', '2026-11-28T14:05:30.250'],
  ['2026-11-28T14:05:30Z', '2026-11-28T14:05:30Z'],
  ['2026-11-28t14:05:30.5z', '2026-11-28T14:05:30.500Z'],
  ['2026-11-28 14:05+05:30', '2026-11-28T08:35:00Z'],
  ['2026-11-28 14:05 -0800', '2026-11-28T22:05:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00'],
])('%s is a time', async (text, expected) => {
  expect(await at(NOON, text)).toBe(new Date(expected).toISOString());
});

it.each([
  ...['', ' ', '5', '-10m', 'soon', '24:00', '12:60', '12:00:60', '1:2', ':30', '14:05Z', 'yesterday 14:05Z'],
  ...['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '20261128', '2026-11-28T', '2026-11-28 noon'],
  ...['yesterdayt14:05', 'today yesterday', '2026-11-28 14:05 CET', '١٤:٠٥', 'NaN', 'Infinity', '1e3'],
])('%j is none', async text => {
  expect(await at(NOON, text)).toBeUndefined();
});

it('a time of the clock just before midnight was yesterday, and midnight itself is today', async () => {
  const now = '2026-11-29T00:00:10';
  expect(await at(now, '23:59')).toBe(new Date('2026-11-28T23:59:00').toISOString());
  expect(await at(now, '00:00')).toBe(new Date('2026-11-29T00:00:00').toISOString());
  expect(await at(now, 'yesterday')).toBe(new Date('2026-11-28T00:00:00').toISOString());
  expect(await at('2026-01-01T00:00:00', 'yesterday 14:05')).toBe(
    new Date('2025-12-31T14:05:00').toISOString(),
  );
});

describe('where clocks were put forward or back', () => {
  it('yesterday at some time is of the calendar, not so many hours ago', async () => {
    expect(await at('2026-03-29T20:00:00', 'yesterday 14:05')).toBe('2026-03-28T13:05:00.000Z');
    expect(await at('2026-10-25T20:00:00', 'yesterday 14:05')).toBe('2026-10-24T12:05:00.000Z');
    expect(await at('2026-10-25T13:00:00', '14:05')).toBe('2026-10-24T12:05:00.000Z');
    expect(await at('2026-10-26T00:30:00', 'yesterday')).toBe('2026-10-24T22:00:00.000Z');
  });

  it('a time that was twice is the last one of these that has been', async () => {
    expect(await at('2026-10-25T00:45:00Z', '02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(await at('2026-10-25T01:45:00Z', '02:30')).toBe('2026-10-25T01:30:00.000Z');
    expect(await at('2026-10-25T12:00:00Z', '02:30')).toBe('2026-10-25T01:30:00.000Z');
  });

  it('a time that never was is that of the day before', async () => {
    expect(await at('2026-03-29T12:00:00', '02:30')).toBe('2026-03-28T01:30:00.000Z');
  });
});

describe('the value of an option', () => {
  const now = new Date(2026, 10, 29, 11, 0, 30).getTime();

  it('is taken from 1970 to now', async () => {
    expect(await timeValue(undefined, '--since', now)).toBeUndefined();
    expect(await timeValue('99999999d', '--since', now)).toBe(0);
    expect(await timeValue('0s', '--since', now)).toBe(now);
    expect(await timeValue('1970-01-01T00:00Z', '--since', now)).toBe(0);
  });

  it.each([
    ['tomorrow', "--since is 'tomorrow', which lies in the future."],
    ['2026-11-29 12:01', "--since is '2026-11-29 12:01', which lies in the future."],
    ['9999-12-31', "--since is '9999-12-31', which lies in the future."],
    ['1969-12-31', "--since is '1969-12-31', which lies before 1970."],
    ['0070-01-01', "--since is '0070-01-01', which lies before 1970."],
    ['last week\n', "--since is 'last week\\x0a', not a time."],
  ])('%s is refused in one sentence', async (text, sentence) => {
    await expect(timeValue(text, '--since', now)).rejects.toMatchObject({code: 'USAGE', message: sentence});
  });
});
