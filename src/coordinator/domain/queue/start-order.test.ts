import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {queuedJob} from '../testing/sample-jobs.ts';
import {passesQueue} from './may-start.ts';
import {compareStart, insertByStart, QUEUE_ENDS, type Queued, rankAt} from './start-order.ts';

const anyQueue: fc.Arbitrary<Queued[]> = fc
  .array(
    fc.record({
      now: fc.boolean(),
      service: fc.boolean(),
      priority: fc.oneof(fc.constant(0), fc.integer({min: -3, max: 3})),
    }),
    {maxLength: 30},
  )
  .map(jobs => jobs.map((changes, arrival) => ({job: queuedJob(changes), arrival, rank: 0})));

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

  it('has whoever was moved last at its end, of those that do not pass it, and the others as they were', () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...QUEUE_ENDS)), {maxLength: 10});
    fc.assert(
      fc.property(anyQueue, moves, (queue, wishes) => {
        let now = [...queue].sort(compareStart);
        for (const [at, end] of wishes) {
          const meant = now[at % now.length];
          if (meant === undefined) return;
          const others = now.filter(each => each !== meant);
          const moved = {...meant, rank: rankAt(end, now)};
          now = [...others, moved].sort(compareStart);
          expect(now.filter(each => each !== moved)).toEqual(others);
          const alike = now.filter(({job}) => passesQueue(job) === passesQueue(moved.job));
          expect(end === 'first' ? alike[0] : alike.at(-1)).toBe(moved);
        }
      }),
    );
  });
});
