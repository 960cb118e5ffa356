import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {timer} from '../../platform/index.ts';
import {IdleExit} from './idle-exit.ts';

const AFTER_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

let parts: {isBusy: boolean; wakeAt: number | undefined};
let idle: IdleExit;
const leave = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  leave.mockClear();
  parts = {isBusy: false, wakeAt: undefined};
  idle = new IdleExit({afterMs: AFTER_MS, parts: () => parts, now: () => Date.now(), timer, leave});
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a coordinator', () => {
  it('leaves when nothing was to do for a while', () => {
    idle.startAnew();
    vi.advanceTimersByTime(AFTER_MS - 1);
    idle.startAnew();
    vi.advanceTimersByTime(AFTER_MS - 1);
    expect(leave).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('stays while a part is busy, and leaves a while after that has ended', () => {
    parts.isBusy = true;
    idle.startAnew();
    vi.advanceTimersByTime(10 * AFTER_MS);
    expect(leave).not.toHaveBeenCalled();
    parts.isBusy = false;
    idle.startAnew();
    vi.advanceTimersByTime(AFTER_MS);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('stays for what a part has to do tomorrow, and leaves a while after it was done', () => {
    parts.wakeAt = Date.now() + DAY_MS;
    idle.startAnew();
    vi.advanceTimersByTime(DAY_MS);
    expect(leave).not.toHaveBeenCalled();
    parts.wakeAt = undefined;
    vi.advanceTimersByTime(2 * AFTER_MS);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('waits for one moment at a time, however often it is asked meanwhile, and for more than timers take', () => {
    parts.wakeAt = Date.now() + 60 * DAY_MS;
    for (let time = 0; time < 3; time++) {
      idle.startAnew();
      vi.advanceTimersByTime(AFTER_MS);
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(59 * DAY_MS);
    expect(leave).not.toHaveBeenCalled();
  });

  it('stays for what is due and not done yet', () => {
    parts.wakeAt = Date.now() - 1;
    idle.startAnew();
    vi.advanceTimersByTime(10 * AFTER_MS);
    expect(leave).not.toHaveBeenCalled();
  });
});
