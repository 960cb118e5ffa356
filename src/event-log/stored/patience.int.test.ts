import {afterEach, beforeEach, expect, it, vi} from 'vitest';

import {StintError} from '../../base/index.ts';
import {patiently} from './patience.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const busy = (): never => {
  throw new StintError('BUSY', 'The store is busy.');
};

it('does at once what can be done', () => {
  let calls = 0;
  const work = (): void => {
    calls += 1;
  };
  void patiently(work, () => 0);
  expect(calls).toBe(1);
});

it('tries again while the store is busy', async () => {
  let calls = 0;
  const result = patiently(
    () => {
      calls += 1;
      return calls < 4 ? busy() : 'done';
    },
    () => 0,
  );
  await vi.runAllTimersAsync();
  expect(await result).toBe('done');
  expect(calls).toBe(4);
});

it('gives up after ten seconds', async () => {
  let now = 0;
  const result = expect(
    patiently(
      () => {
        now += 1000;
        return busy();
      },
      () => now,
    ),
  ).rejects.toMatchObject({code: 'BUSY'});
  await vi.runAllTimersAsync();
  await result;
  expect(now).toBe(10_000);
});

it('does not try again after any other error', async () => {
  let calls = 0;
  const work = (): never => {
    calls += 1;
    throw new StintError('DISK_FULL', 'No room.');
  };
  await expect(patiently(work, () => 0)).rejects.toMatchObject({code: 'DISK_FULL'});
  expect(calls).toBe(1);
});
