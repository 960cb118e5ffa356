import {afterEach, beforeEach, expect, it, vi} from 'vitest';

import {timer} from '../../../platform/index.ts';
import {NO_EVENT_PASS} from '../../usecases/index.ts';
import {type DailyPass, DailyPrune, type DailyPruneOptions} from './daily-prune.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const NOTHING: DailyPass = {passes: [], events: NO_EVENT_PASS};

let last: number | undefined;
let passes: number;
let options: DailyPruneOptions;
beforeEach(() => {
  vi.useFakeTimers({now: 1000 * DAY});
  last = undefined;
  passes = 0;
  options = {
    isWanted: true,
    now: () => Date.now(),
    timer,
    lastAt: () => last,
    setLast: at => {
      last = at;
    },
    prune: async () => {
      passes += 1;
      return NOTHING;
    },
    onPass: () => undefined,
    onTrouble: () => undefined,
    onIdle: () => undefined,
  };
});
afterEach(() => {
  vi.useRealTimers();
});

function started(changes: Partial<DailyPruneOptions> = {}): DailyPrune {
  const part = new DailyPrune({...options, ...changes});
  part.start();
  return part;
}

it('a pass that is due keeps the coordinator until it is made, a moment after the start', async () => {
  const part = started();
  expect(part.wakeAt()).toBeGreaterThan(Date.now());
  await vi.advanceTimersByTimeAsync(5000);
  expect(passes).toBe(1);
  expect([part.wakeAt(), part.isBusy()]).toEqual([undefined, false]);
});

it('a pass that will be due keeps nobody, and is made in time by who is there then', async () => {
  last = Date.now() - DAY + 3 * HOUR;
  const part = started();
  expect(part.wakeAt()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(3 * HOUR - 1);
  expect(passes).toBe(0);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(passes).toBe(1);
});

it('is made once a day', async () => {
  started();
  await vi.advanceTimersByTimeAsync(3 * DAY + HOUR);
  expect(passes).toBe(4);
});

it('does not wait for a clock that was put back to come to where it was', async () => {
  last = Date.now() + 300 * DAY;
  started();
  await vi.advanceTimersByTimeAsync(5000);
  expect(passes).toBe(1);
});

it('is not made where it is not wanted, nor after the end', async () => {
  started({isWanted: false});
  started().stop();
  await vi.advanceTimersByTimeAsync(2 * DAY);
  expect(passes).toBe(0);
});

it('that fails is tried again an hour later', async () => {
  const onTrouble = vi.fn();
  started({prune: async () => (passes++ === 0 ? Promise.reject(new Error('full')) : NOTHING), onTrouble});
  await vi.advanceTimersByTimeAsync(5000);
  expect(onTrouble).toHaveBeenCalledExactlyOnceWith(new Error('full'));
  await vi.advanceTimersByTimeAsync(HOUR + 5000);
  expect(passes).toBe(2);
});
