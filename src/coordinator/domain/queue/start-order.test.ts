import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {queuedJob} from '../testing/sample-jobs.ts';
import {passesQueue} from './may-start.ts';
import {insertByStart, QUEUE_ENDS, type Queued, rankAt} from './start-order.ts';

const anyJob = fc
  .record({now: fc.boolean(), service: fc.boolean(), priority: fc.integer({min: -2, max: 2})})
  .map(options => queuedJob(options));
const anyQueue = fc
  .array(anyJob, {maxLength: 30})
  .map(jobs => queueOf(jobs.map((job, arrival) => ({job, arrival, rank: 0}))));

function queueOf(all: readonly Queued[]): Queued[] {
  const queue: Queued[] = [];
  for (const each of all) insertByStart(queue, each);
  return queue;
}

describe('the order of the queue', () => {
  it('is: what passes it, the highest priority, and of the same one who came first', () => {
    fc.assert(
      fc.property(anyQueue, queue => {
        const key = ({job, arrival}: Queued) => [Number(!passesQueue(job)), -job.spec.priority, arrival];
        const sorted = [...queue].sort((a, b) => compare(key(a), key(b)));
        expect(queue).toEqual(sorted);
      }),
    );
  });

  it('has whoever was moved last at its end, of those that do not pass it, and the others as they were', () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...QUEUE_ENDS)), {maxLength: 10});
    fc.assert(
      fc.property(anyQueue, moves, (queue, wishes) => {
        let now = queue;
        for (const [at, end] of wishes) {
          const meant = now[at % now.length];
          if (meant === undefined) return;
          const others = now.filter(each => each !== meant);
          const moved = {...meant, rank: rankAt(end, now)};
          now = queueOf([...others, moved]);
          expect(now.filter(each => each !== moved)).toEqual(others);
          const alike = now.filter(({job}) => passesQueue(job) === passesQueue(moved.job));
          expect(end === 'first' ? alike[0] : alike.at(-1)).toBe(moved);
        }
      }),
    );
  });
});

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
