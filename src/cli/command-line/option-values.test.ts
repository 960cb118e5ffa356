import {describe, expect, it} from 'vitest';

import {duration, range, wholeNumber} from './option-values.ts';

const USAGE = (message: string | RegExp) =>
  expect.objectContaining({
    code: 'USAGE',
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });

describe('a whole number', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
  ])('is %s', (value, expected) => {
    expect(wholeNumber(value, '--tail', 0)).toBe(expected);
  });

  it.each(['', '-1', '1.5', '1e3', ' 1', '0x10', 'ten', '1'.repeat(16), '٣'])('is not %j', value => {
    expect(() => wholeNumber(value, '--tail', 0)).toThrow(
      USAGE(`--tail is '${value}', not a whole number of at least 0.`),
    );
  });

  it('has a least value', () => {
    expect(wholeNumber('1', '--sample', 1)).toBe(1);
    expect(() => wholeNumber('0', '--sample', 1)).toThrow(USAGE(/at least 1/));
  });

  it('need not be given', () => {
    expect(wholeNumber(undefined, '--tail', 0)).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['5sec', 5000],
    ['5secs', 5000],
    ['2min', 120_000],
    ['2mins', 120_000],
    ['2hr', 7_200_000],
    ['2hrs', 7_200_000],
    ['0s', 0],
  ])('is %s', async (value, expected) => {
    expect(await duration(value, '--since')).toBe(expected);
  });

  it.each([
    '',
    '5',
    '-5s',
    's',
    '5 apples',
    '1h,30m',
    '1h30',
    'Infinitys',
    `${'9'.repeat(400)}s`,
    '1e3s',
    '1.s',
  ])('is not %j', async value => {
    await expect(duration(value, '--since')).rejects.toThrow(USAGE(`--since is '${value}', not a duration.`));
  });

  it('is judged quickly, however long a text is', async () => {
    // As long as one argument may be. Tried in every way to cut it, this would take longer than any test is given.
    await expect(duration(`${'1m'.repeat(60_000)}x`, '--since')).rejects.toThrow(USAGE(/not a duration/));
  });

  it('need not be given', async () => {
    expect(await duration(undefined, '--since')).toBeUndefined();
  });
});

describe('a range', () => {
  it.each([
    ['10..20', {from: 10, to: 20}],
    ['5..5', {from: 5, to: 5}],
    ['..20', {from: 0, to: 20}],
    ['10..', {from: 10, to: Number.MAX_SAFE_INTEGER}],
  ])('is %s, both ends included', (value, expected) => {
    expect(range(value, '--seq')).toEqual(expected);
  });

  it.each(['', '..', '5', '5-7', '7..5', '1...5', 'a..b', '-1..5', '1..5..9'])('is not %j', value => {
    expect(() => range(value, '--seq')).toThrow(USAGE(`--seq is '${value}', not a range.`));
  });

  it('need not be given', () => {
    expect(range(undefined, '--seq')).toBeUndefined();
  });
});
