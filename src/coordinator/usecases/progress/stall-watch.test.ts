import fc from 'fast-check';
import {beforeEach, describe, expect, it} from 'vitest';

import type {JobProgress} from '../../domain/index.ts';
import {TwoClocks} from '../testing/two-clocks.ts';
import {type StallEvent, StallWatch, type WatchedJob} from './stall-watch.ts';

const HOUR = 3_600_000;

let clock: TwoClocks;
let events: StallEvent[];
/** What a look at the job's files does and tells. */
let look: () => boolean;
let watch: StallWatch;

beforeEach(() => {
  clock = new TwoClocks();
  events = [];
  look = () => true;
  watch = watchOf();
});

function watchOf(job: Partial<WatchedJob> = {}): StallWatch {
  return new StallWatch(
    {stallAfterMs: 120_000, look: () => look(), record: event => events.push(event), ...job},
    clock,
  );
}

function move(progress: Partial<JobProgress> = {}, changedAt = clock.now(), gotOn = true): void {
  watch.reported({
    progress: {
      phase: 'embed',
      open: null,
      expected: [],
      waiting: null,
      outcome: 'running',
      rowsProcessed: null,
      rowsTotal: null,
      rowsPhase: null,
      ...progress,
    },
    changedAt,
    gotOn,
  });
}

/** What may be work, and may be none. */
const changeUncertainly = () => move({}, clock.now(), false);

function start(phase: string, {batchIndex = null as number | null, expectMs = null as number | null} = {}) {
  const since = clock.now();
  const began = {
    phase,
    open: {batchIndex, since},
    expected: expectMs === null ? [] : [{since, expectMs}],
  };
  move(began);
  return began;
}

const print = () => watch.printed();
const names = () => events.map(({event}) => event);

describe('a job that is watched', () => {
  it('is stalled when neither its progress nor its output moved for so long, and not before', () => {
    move();
    clock.pass(119_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toEqual([{event: 'stalled', silent_ms: 120_000}]);
    clock.pass(HOUR);
    expect(names()).toEqual(['stalled']);
  });

  it('is not stalled while it moves', () => {
    for (let step = 0; step < 100; step++) {
      move();
      clock.pass(119_999);
    }
    expect(events).toEqual([]);
  });

  it('is not stalled while it prints, once it has reported something', () => {
    move();
    for (let step = 0; step < 100; step++) {
      clock.pass(119_999);
      print();
    }
    expect(events).toEqual([]);
    clock.pass(120_000);
    expect(events).toEqual([{event: 'stalled', silent_ms: 120_000}]);
  });

  it('is never stalled when it never reports, whether it prints or not, and no timer waits for it', () => {
    clock.pass(HOUR);
    print();
    expect(clock.timers).toBe(0);
    clock.pass(100 * HOUR);
    expect(events).toEqual([]);
  });

  it('is never stalled when that is switched off', () => {
    watch = watchOf({stallAfterMs: 0});
    start('embed', {expectMs: 10});
    clock.pass(100 * HOUR);
    expect(events).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['moves', () => move()],
    ['prints', print],
  ])('is stalled no more when it %s, at once, and may be again', (_, act) => {
    move();
    clock.pass(125_000);
    act();
    expect(events).toEqual([
      {event: 'stalled', silent_ms: 120_000},
      {event: 'resumed', stalled_ms: 5000},
    ]);
    clock.pass(120_000);
    expect(names()).toEqual(['stalled', 'resumed', 'stalled']);
    act();
    expect(names()).toEqual(['stalled', 'resumed', 'stalled', 'resumed']);
  });

  it('is stalled in the phase that is open: which, which batch, for how long', () => {
    const began = start('embed', {batchIndex: 3});
    clock.pass(60_000);
    move(began);
    clock.pass(120_000);
    expect(events).toEqual([
      {event: 'stalled', silent_ms: 120_000, phase: 'embed', batch_index: 3, open_ms: 180_000},
    ]);
  });

  it('is stalled between phases when none is open', () => {
    start('embed');
    move();
    clock.pass(120_000);
    expect(events).toEqual([{event: 'stalled', silent_ms: 120_000}]);
  });

  it('has one timer, however much it moves', () => {
    for (let step = 0; step < 1000; step++) {
      move();
      print();
      clock.pass(1);
    }
    expect(clock.timers).toBe(1);
    clock.pass(119_998);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(names()).toEqual(['stalled']);
  });

  it('tells nothing after it was closed, and has no timer any more', () => {
    move();
    watch.close();
    move();
    print();
    expect(clock.timers).toBe(0);
    clock.pass(HOUR);
    expect(events).toEqual([]);
  });
});

describe('a phase that is known to be long', () => {
  it('is no stall before its time has passed, and one then', () => {
    start('publish', {expectMs: 1_200_000});
    clock.pass(1_199_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toEqual([{event: 'stalled', silent_ms: 1_200_000, phase: 'publish', open_ms: 1_200_000}]);
  });

  it('says nothing about what comes behind it', () => {
    start('publish', {expectMs: 1_200_000});
    clock.pass(10_000);
    start('embed');
    clock.pass(120_000);
    expect(names()).toEqual(['stalled']);
  });

  it('says nothing about the time after it has ended', () => {
    start('publish', {expectMs: 1_200_000});
    clock.pass(10_000);
    move();
    clock.pass(119_999);
    expect(names()).toEqual([]);
    clock.pass(1);
    expect(names()).toEqual(['stalled']);
  });

  it('holds for the phases within it, and for other runs', () => {
    const outer = start('publish', {expectMs: 1_200_000});
    clock.pass(10_000);
    move({phase: 'write', open: {batchIndex: 1, since: clock.now()}, expected: outer.expected});
    clock.pass(1_189_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toMatchObject([{event: 'stalled', phase: 'write'}]);
  });

  it('begins anew when the same phase does', () => {
    for (let step = 0; step < 3; step++) {
      start('publish', {expectMs: 600_000});
      clock.pass(599_999);
    }
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toMatchObject([{open_ms: 600_000}]);
  });

  it('has its time by the clock that nobody sets, also while its records go on', () => {
    const began = start('publish', {expectMs: 1_200_000});
    clock.setWallClock(HOUR);
    clock.pass(100_000);
    move(began);
    clock.pass(1_099_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toMatchObject([{silent_ms: 1_100_000, open_ms: 1_200_000}]);
  });
});

describe('what may be work', () => {
  it('keeps a job from being called stalled, until it does not change any more', () => {
    move();
    for (let step = 0; step < 100; step++) {
      clock.pass(119_999);
      changeUncertainly();
    }
    expect(events).toEqual([]);
    clock.pass(120_000);
    expect(events).toEqual([{event: 'stalled', silent_ms: 120_000}]);
  });

  it('does not end a stall', () => {
    move();
    clock.pass(120_000);
    changeUncertainly();
    clock.pass(HOUR);
    expect(names()).toEqual(['stalled']);
    expect(watch.hasChangedSince(clock.elapsed - HOUR - 1)).toBe(true);
    expect(watch.hasChangedSince(clock.elapsed - HOUR)).toBe(false);
  });
});

describe('a worker that says for what it waits', () => {
  const wait = () => move({waiting: {on: 'lock', since: clock.now()}});

  it('is not stalled, however long, and can be when it has moved', () => {
    move();
    wait();
    clock.pass(100 * HOUR);
    expect(events).toEqual([]);
    move();
    clock.pass(120_000);
    expect(names()).toEqual(['stalled']);
  });

  it('is stalled no more when it says so', () => {
    move();
    clock.pass(130_000);
    wait();
    clock.pass(HOUR);
    expect(names()).toEqual(['stalled', 'resumed']);
  });
});

describe('a worker that said how its run ended', () => {
  it.each(['complete', 'cancelled', 'error'] as const)(
    '%s, is not stalled, whether it prints or not',
    outcome => {
      start('embed');
      move({phase: outcome, outcome});
      clock.pass(HOUR);
      print();
      clock.pass(HOUR);
      expect(events).toEqual([]);
    },
  );

  it('is stalled no more when it says so', () => {
    start('embed');
    clock.pass(130_000);
    move({phase: 'complete', outcome: 'complete'});
    clock.pass(HOUR);
    expect(names()).toEqual(['stalled', 'resumed']);
  });

  it('can be stalled again in its next run', () => {
    move({phase: 'complete', outcome: 'complete'});
    clock.pass(HOUR);
    start('embed');
    clock.pass(120_000);
    expect(events).toMatchObject([{event: 'stalled', phase: 'embed'}]);
  });
});

describe('clocks and sleep', () => {
  it.each([
    ['forward', HOUR],
    ['back', -HOUR],
  ])('a wall clock that is put %s changes nothing', (_, by) => {
    start('embed');
    clock.pass(60_000);
    clock.setWallClock(by);
    clock.pass(59_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toEqual([{event: 'stalled', silent_ms: 120_000, phase: 'embed', open_ms: 120_000}]);
    clock.setWallClock(by);
    clock.pass(10_000);
    print();
    expect(events.at(-1)).toEqual({event: 'resumed', stalled_ms: 10_000});
    clock.setWallClock(by);
    move();
    clock.setWallClock(by);
    clock.pass(119_999);
    expect(names()).toEqual(['stalled', 'resumed']);
    clock.pass(1);
    expect(names()).toEqual(['stalled', 'resumed', 'stalled']);
    clock.setWallClock(by);
    move();
    expect(names()).toEqual(['stalled', 'resumed', 'stalled', 'resumed']);
  });

  it('the time for which the machine slept does not count', () => {
    move();
    clock.pass(60_000);
    clock.sleep(8 * HOUR);
    clock.pass(59_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(names()).toEqual(['stalled']);
  });

  it('a coordinator that was itself held up gives the job its time anew', () => {
    move();
    clock.stop(10 * 60_000);
    expect(events).toEqual([]);
    clock.pass(119_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toEqual([{event: 'stalled', silent_ms: 720_000}]);
  });
});

describe('the look before a job is called stalled', () => {
  it('finds that it moved', () => {
    move();
    look = () => {
      look = () => true;
      move();
      return true;
    };
    clock.pass(120_000);
    expect(events).toEqual([]);
    clock.pass(119_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(names()).toEqual(['stalled']);
  });

  it('finds that it printed', () => {
    move();
    clock.pass(50_000);
    look = () => {
      look = () => true;
      watch.printed();
      return true;
    };
    clock.pass(189_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(names()).toEqual(['stalled']);
  });

  it('is taken again while there is much to take in, but not for ever', () => {
    const looks: number[] = [];
    const began = clock.elapsed;
    look = () => looks.push(clock.elapsed - began) < 0;
    move();
    clock.pass(HOUR);
    expect(looks.slice(0, 3)).toEqual([120_000, 121_000, 122_000]);
    expect(looks.at(-1)).toBe(240_000);
    expect(events).toEqual([{event: 'stalled', silent_ms: 240_000}]);
  });

  it('is not taken before its time', () => {
    let looks = 0;
    look = () => {
      looks += 1;
      return true;
    };
    for (let step = 0; step < 10; step++) {
      move();
      clock.pass(100_000);
    }
    expect(looks).toBe(0);
  });

  it('may close the watch', () => {
    move();
    look = () => {
      watch.close();
      return true;
    };
    clock.pass(HOUR);
    expect(events).toEqual([]);
    expect(clock.timers).toBe(0);
  });
});

describe('a job that is taken over', () => {
  const adopt = (job: Partial<WatchedJob> = {}) => {
    watch.close();
    watch = watchOf(job);
  };

  it('has all its time anew, however long nobody looked and however the clock was set', () => {
    const movedAt = clock.now();
    for (const jump of [0, HOUR, -HOUR]) {
      clock.sleep(HOUR + jump);
      adopt();
      move({}, movedAt, false);
      clock.pass(119_999);
      expect(events).toEqual([]);
    }
    clock.pass(1);
    expect(events).toMatchObject([{event: 'stalled'}]);
  });

  it('has the time anew that its phase is known to take', () => {
    const began = start('publish', {expectMs: 1_200_000});
    const movedAt = clock.now();
    clock.sleep(HOUR);
    adopt();
    move(began, movedAt);
    clock.pass(1_199_999);
    expect(events).toEqual([]);
    clock.pass(1);
    expect(events).toMatchObject([{event: 'stalled', phase: 'publish', open_ms: HOUR + 1_200_000}]);
  });

  it('is said to be silent since what is in its files', () => {
    const movedAt = clock.now();
    clock.sleep(HOUR);
    adopt();
    move({}, movedAt);
    clock.pass(120_000);
    expect(events).toEqual([{event: 'stalled', silent_ms: HOUR + 120_000}]);
  });

  describe('while it is stalled', () => {
    let movedAt: number;
    let stalledSince: number;
    beforeEach(() => {
      movedAt = clock.now();
      move();
      clock.pass(120_000);
      stalledSince = clock.now();
      clock.pass(5000);
      events = [];
    });

    it.each([
      ['as it was', 0],
      ['put forward', HOUR],
      ['put back', -HOUR],
      ['put back by so little that the stall is not in the future', -4000],
    ])('stays so, however often, when its old records are read again with the clock %s', (_, by) => {
      clock.setWallClock(by);
      for (let time = 0; time < 5; time++) {
        adopt({stalledSince});
        move({}, movedAt, false);
        clock.pass(300_000);
      }
      expect(events).toEqual([]);
    });

    it.each([
      ['as it was', 0],
      ['put forward', HOUR],
      ['put back', -HOUR],
    ])('is so no more when it moves or prints, with the clock %s', (_, by) => {
      clock.setWallClock(by);
      for (const act of [() => move(), print]) {
        adopt({stalledSince});
        move({}, movedAt, false);
        clock.pass(10_000);
        act();
      }
      expect(names()).toEqual(['resumed', 'resumed']);
    });

    it('is so no more when it moved while nobody looked', () => {
      clock.pass(1000);
      const since = clock.now();
      clock.pass(10_000);
      adopt({stalledSince});
      move({}, since);
      expect(events).toEqual([{event: 'resumed', stalled_ms: 16_000}]);
      clock.pass(120_000);
      expect(names()).toEqual(['resumed', 'stalled']);
    });
  });
});

describe('any sequence of moves, prints, clock jumps, sleeps and time', () => {
  type Step =
    | {readonly do: 'move' | 'print' | 'end'}
    | {readonly do: 'start'; readonly expectMs: number | null}
    | {readonly do: 'pass' | 'jump' | 'sleep'; readonly ms: number};

  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc.record({do: fc.constantFrom('move' as const, 'print' as const, 'end' as const)}),
    fc.record({do: fc.constant('start' as const), expectMs: fc.option(fc.nat({max: 400_000}))}),
    {
      weight: 3,
      arbitrary: fc.record({do: fc.constant('pass' as const), ms: fc.nat({max: 250_000})}),
    },
    fc.record({do: fc.constant('jump' as const), ms: fc.integer({min: -HOUR, max: HOUR})}),
    fc.record({do: fc.constant('sleep' as const), ms: fc.nat({max: 9 * HOUR})}),
  );

  it('is stalled exactly when a count of the milliseconds since the last of them says so', () => {
    fc.assert(
      fc.property(fc.array(steps, {maxLength: 60}), all => {
        clock = new TwoClocks();
        events = [];
        watch = watchOf();
        const expected: string[] = [];
        /** Milliseconds awake since the last move or print, and since the phase was opened; undefined before any report. */
        let silent: number | undefined;
        let open: {age: number; expectMs: number | null} | undefined;
        let isStalled = false;
        let isOver = false;
        const gotOn = () => {
          if (silent !== undefined) silent = 0;
          if (isStalled) expected.push('resumed');
          isStalled = false;
        };
        for (const step of all) {
          if ('ms' in step) {
            if (step.do === 'pass') pass(step.ms);
            else if (step.do === 'jump') clock.setWallClock(step.ms);
            else clock.sleep(step.ms);
          } else if (step.do === 'print') {
            print();
            gotOn();
          } else {
            if (step.do === 'move') move();
            else if (step.do === 'start') start('embed', {expectMs: step.expectMs});
            else move({phase: 'complete', outcome: 'complete'});
            silent = 0;
            open = step.do === 'start' ? {age: 0, expectMs: step.expectMs} : undefined;
            isOver = step.do === 'end';
            gotOn();
          }
        }
        expect(names()).toEqual(expected);

        function pass(ms: number): void {
          clock.pass(ms);
          if (silent === undefined) return;
          silent += ms;
          if (open !== undefined) open.age += ms;
          const isDue = silent >= 120_000 && (open?.age ?? 0) >= (open?.expectMs ?? 0);
          if (!isDue || isOver || isStalled) return;
          expected.push('stalled');
          isStalled = true;
        }
      }),
      {numRuns: 1000},
    );
  });
});
