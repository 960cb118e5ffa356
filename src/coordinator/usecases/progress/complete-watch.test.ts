import {beforeEach, expect, it} from 'vitest';

import type {JobProgress} from '../../domain/index.ts';
import {TwoClocks} from '../testing/two-clocks.ts';
import {CompleteWatch} from './complete-watch.ts';

let clock: TwoClocks;
let ended: number[];
let look: () => boolean;
beforeEach(() => {
  clock = new TwoClocks();
  ended = [];
  look = () => true;
});

function watchFor(afterMs: number | null): CompleteWatch {
  return new CompleteWatch({afterMs, look: () => look(), end: since => ended.push(since)}, clock);
}

function progress(outcome: JobProgress['outcome']): JobProgress {
  return {
    phase: 'x',
    open: null,
    expected: [],
    waiting: null,
    outcome,
    rowsProcessed: null,
    rowsTotal: null,
    rowsPhase: null,
  };
}

it('ends a job so long after its work was complete, once', () => {
  const watch = watchFor(60_000);
  const since = clock.now();
  watch.reported(progress('complete'), since);
  clock.pass(30_000);
  watch.reported(progress('complete'), clock.now());
  clock.pass(29_999);
  expect(ended).toEqual([]);
  clock.pass(1);
  expect(ended).toEqual([since]);
  clock.pass(600_000);
  expect(ended).toHaveLength(1);
});

it('counts from when it was complete, also for a coordinator that came later', () => {
  watchFor(60_000).reported(progress('complete'), clock.now() - 50_000);
  clock.pass(10_000);
  expect(ended).toHaveLength(1);
  watchFor(60_000).reported(progress('complete'), clock.now() + 50_000);
  clock.pass(60_000);
  expect(ended).toHaveLength(2);
});

it.each(['error', 'cancelled', 'running'] as const)('ends none that is %s', outcome => {
  watchFor(1).reported(progress(outcome), clock.now());
  clock.pass(60_000);
  expect(ended).toEqual([]);
});

it('ends none where that is not wanted, and has no timer', () => {
  watchFor(null).reported(progress('complete'), clock.now());
  expect(clock.timers).toBe(0);
});

it('ends none that begins more work, also where only a look finds that', () => {
  const watch = watchFor(60_000);
  watch.reported(progress('complete'), clock.now());
  watch.reported(progress('running'), clock.now());
  clock.pass(60_000);
  watch.reported(progress('complete'), clock.now());
  look = () => {
    watch.reported(progress('running'), clock.now());
    return true;
  };
  clock.pass(60_000);
  expect(ended).toEqual([]);
});

it('looks again while there is more to take in', () => {
  let looks = 0;
  look = () => ++looks > 2;
  watchFor(60_000).reported(progress('complete'), clock.now());
  clock.pass(61_999);
  expect(ended).toEqual([]);
  clock.pass(1);
  expect(ended).toHaveLength(1);
});

it('ends none that is not watched any more', () => {
  const watch = watchFor(60_000);
  watch.reported(progress('complete'), clock.now());
  watch.close();
  clock.pass(600_000);
  expect(ended).toEqual([]);
});
