import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {queuedJob} from '../testing/sample-jobs.ts';
import {compareStart, insertByStart, type Queued} from './start-order.ts';

const anyQueue: fc.Arbitrary<Queued[]> = fc
  .array(
    fc.record({
      now: fc.boolean(),
      service: fc.boolean(),
      priority: fc.oneof(fc.constant(0), fc.integer({min: -3, max: 3})),
    }),
    {maxLength: 30},
  )
  .map(jobs => jobs.map((changes, arrival) => ({job: queuedJob(changes), arrival})));

describe('the order in which jobs start', () => {
  it('is that of a stable sort, whoever is put in when', () => {
    fc.assert(
      fc.property(
        anyQueue.chain(queue =>
          fc.tuple(fc.constant(queue), fc.shuffledSubarray(queue, {minLength: queue.length})),
        ),
        ([queue, shuffled]) => {
          const put: Queued[] = [];
          for (const queued of shuffled) insertByStart(put, queued);
          expect(put).toEqual([...queue].sort(compareStart));
        },
      ),
    );
  });

  it('lets nobody of the same priority past one that came before', () => {
    fc.assert(
      fc.property(anyQueue, queue => {
        const order = [...queue].sort(compareStart);
        for (const [at, one] of order.entries()) {
          for (const later of order.slice(at + 1)) {
            const [a, b] = [one.job.spec, later.job.spec];
            const passes = ({now, service}: typeof a) => now || service;
            if (passes(a) === passes(b) && a.priority === b.priority)
              expect(one.arrival).toBeLessThan(later.arrival);
            if (passes(b)) expect(passes(a)).toBe(true);
            else if (!passes(a)) expect(a.priority).toBeGreaterThanOrEqual(b.priority);
          }
        }
      }),
    );
  });
});
