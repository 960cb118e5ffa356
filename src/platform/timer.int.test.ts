import {afterEach, beforeEach, expect, it, vi} from 'vitest';

import {timer} from './timer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([0, 10, 2 ** 31, 2 ** 33])('calls back once after %d ms', ms => {
  const called = vi.fn();
  timer(ms, called);
  vi.advanceTimersByTime(Math.max(0, ms - 1));
  expect(called).toHaveBeenCalledTimes(ms === 0 ? 1 : 0);
  vi.advanceTimersByTime(ms + 10);
  expect(called).toHaveBeenCalledOnce();
});

it.each([10, 2 ** 33])('calls back no more when it is taken back after %d ms', ms => {
  const called = vi.fn();
  const stop = timer(2 * ms, called);
  vi.advanceTimersByTime(ms);
  stop();
  vi.advanceTimersByTime(2 * ms);
  expect(called).not.toHaveBeenCalled();
});
