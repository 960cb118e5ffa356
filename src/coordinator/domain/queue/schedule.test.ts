import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {defaultParallel, schedule} from './schedule.ts';

describe('schedule', () => {
  it('starts the oldest jobs first, and exactly as many as there is room for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat()),
        fc.nat({max: 50}),
        fc.integer({min: 1, max: 20}),
        (queue, running, parallel) => {
          const started = schedule(queue, running, parallel);
          expect(started).toEqual(queue.slice(0, started.length));
          const room = parallel - running;
          expect(started.length).toBe(room <= 0 ? 0 : Math.min(room, queue.length));
        },
      ),
    );
  });

  it('starts nothing while more run than are allowed, as after the limit was lowered or many were adopted', () => {
    expect(schedule(['a', 'b'], 5, 2)).toEqual([]);
    expect(schedule(['a', 'b'], 2, 2)).toEqual([]);
    expect(schedule(['a', 'b'], 1, 2)).toEqual(['a']);
  });
});

describe('defaultParallel', () => {
  it('is eight times the cores and at least sixteen', () => {
    expect([1, 2, 3, 64].map(defaultParallel)).toEqual([16, 16, 24, 512]);
  });
});
