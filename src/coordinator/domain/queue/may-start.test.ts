import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {Job} from '../job/job.ts';
import {queuedJob} from '../testing/sample-jobs.ts';
import {
  defaultParallel,
  mayStart,
  passesQueue,
  type StartFacts,
  takesPlace,
  waitReason,
} from './may-start.ts';
import {compareStart} from './start-order.ts';

const anyQueue = fc.array(fc.boolean(), {maxLength: 30}).map(passes => passes.map(now => queuedJob({now})));
const NOTHING = {held: undefined, groups: new Map(), blockOf: () => undefined};
const anyFacts: fc.Arbitrary<StartFacts> = fc.record({
  parallel: fc.integer({min: 1, max: 20}),
  taken: fc.nat({max: 30}),
  held: fc.option(fc.string(), {nil: undefined, freq: 4}),
  groups: fc.constant(new Map()),
  blockOf: fc.constant(() => undefined),
});

describe('what may start', () => {
  it('is the oldest jobs as far as there is room, and whatever passes the queue', () => {
    fc.assert(
      fc.property(anyQueue, anyFacts, (queue, facts) => {
        const {starting} = mayStart(queue, {...facts, held: undefined});
        const passing = queue.filter(passesQueue);
        expect(starting.filter(passesQueue)).toEqual(passing);
        const others = queue.filter(job => !passesQueue(job));
        const started = starting.filter(job => !passesQueue(job));
        expect(started).toEqual(others.slice(0, started.length));
        if (started.length > 0) expect(facts.taken + started.length).toBeLessThanOrEqual(facts.parallel);
      }),
    );
  });

  it('leaves no place free while a job waits for one, and tells of every other job why it waits', () => {
    fc.assert(
      fc.property(anyQueue, anyFacts, (queue, facts) => {
        const {starting, waiting} = mayStart(queue, facts);
        expect(new Set([...starting, ...waiting.map(({job}) => job)])).toEqual(new Set(queue));
        expect(starting.length + waiting.length).toBe(queue.length);
        for (const {reason} of waiting) {
          if (reason.why === 'held') expect(reason.message).toBe(facts.held);
          else expect(facts.taken + starting.length).toBeGreaterThanOrEqual(facts.parallel);
        }
      }),
    );
  });

  it('is nothing, not even what passes the queue, while starts fail', () => {
    fc.assert(
      fc.property(anyQueue, anyFacts, fc.string(), (queue, facts, held) => {
        const {starting, waiting} = mayStart(queue, {...facts, held});
        expect(starting).toEqual([]);
        expect(waiting).toEqual(queue.map(job => ({job, reason: {why: 'held', message: held}})));
      }),
    );
  });

  it('is the same when one job starts after the other, each in the place that it finds', () => {
    fc.assert(
      fc.property(anyQueue, anyFacts, (queue, facts) => {
        const left = [...queue];
        const started = [];
        for (;;) {
          const now = {...facts, taken: facts.taken + started.length};
          const at = left.findIndex(job => waitReason(job, now) === undefined);
          if (at < 0) break;
          started.push(...left.splice(at, 1));
        }
        const {starting, waiting} = mayStart(queue, facts);
        expect(started).toEqual(starting);
        expect(left).toEqual(waiting.map(({job}) => job));
      }),
    );
  });

  it('is nothing while more run than are allowed, as after the limit was lowered or many were adopted', () => {
    const [a, b] = [queuedJob({name: 'a'}), queuedJob({name: 'b'})];
    const startingOf = (taken: number) => mayStart([a, b], {...NOTHING, parallel: 2, taken}).starting;
    expect([startingOf(5), startingOf(2), startingOf(1), startingOf(0)]).toEqual([[], [], [a], [a, b]]);
  });
});

describe('what may start among groups and blocks', () => {
  const GROUPS = ['heavy', 'light', 'free'];
  const anyJobs = fc.array(
    fc.record({
      now: fc.boolean(),
      service: fc.boolean(),
      group: fc.option(fc.constantFrom(...GROUPS)),
      isBlocked: fc.boolean(),
    }),
    {maxLength: 30},
  );
  const anyLimit = fc.record({limit: fc.integer({min: 1, max: 4}), taken: fc.nat({max: 6})});
  const anySituation = fc
    .record({
      jobs: anyJobs,
      parallel: fc.integer({min: 1, max: 12}),
      taken: fc.nat({max: 12}),
      heavy: anyLimit,
      light: anyLimit,
    })
    .map(({jobs, parallel, taken, heavy, light}) => {
      const blocked = new Set<Job>();
      const queue = jobs
        .map(({isBlocked, ...changes}, arrival) => {
          const job = queuedJob(changes);
          if (isBlocked) blocked.add(job);
          return {job, arrival, rank: 0};
        })
        .sort(compareStart)
        .map(({job}) => job);
      const facts: StartFacts = {
        parallel,
        taken,
        held: undefined,
        groups: new Map([
          ['heavy', heavy],
          ['light', light],
        ]),
        blockOf: job => (blocked.has(job) ? {why: 'attempt'} : undefined),
      };
      return {queue, facts, blocked};
    });

  it('never exceeds a limit, but for jobs that pass the queue, and never is blocked', () => {
    fc.assert(
      fc.property(anySituation, ({queue, facts, blocked}) => {
        const {starting} = mayStart(queue, facts);
        const counted = starting.filter(job => !passesQueue(job));
        if (counted.length > 0) expect(takenAfter(facts, starting)).toBeLessThanOrEqual(facts.parallel);
        for (const [name, {limit, taken}] of facts.groups) {
          const own = starting.filter(({spec}) => spec.group === name);
          if (own.some(job => !passesQueue(job)))
            expect(taken + own.filter(takesPlace).length).toBeLessThanOrEqual(limit);
        }
        expect(starting.filter(job => blocked.has(job))).toEqual([]);
      }),
    );
  });

  it('is all that could: of each other one the reason is true once they have started', () => {
    fc.assert(
      fc.property(anySituation, ({queue, facts, blocked}) => {
        const {starting, waiting} = mayStart(queue, facts);
        expect(starting.length + waiting.length).toBe(queue.length);
        for (const {job, reason} of waiting) {
          expect(reason.why === 'attempt').toBe(blocked.has(job));
          if (reason.why === 'limit')
            expect(takenAfter(facts, starting)).toBeGreaterThanOrEqual(facts.parallel);
          if (reason.why !== 'group') continue;
          const own = starting.filter(({spec}) => takesPlace({spec} as Job) && spec.group === reason.group);
          expect((facts.groups.get(reason.group)?.taken ?? 0) + own.length).toBeGreaterThanOrEqual(
            reason.limit,
          );
        }
      }),
    );
  });

  it('starves nobody: whoever waits for a place has nobody of its group and priority started past it', () => {
    fc.assert(
      fc.property(anySituation, ({queue, facts}) => {
        const {starting, waiting} = mayStart(queue, facts);
        for (const {job, reason} of waiting) {
          if (reason.why !== 'limit' && reason.why !== 'group') continue;
          const behind = queue.slice(queue.indexOf(job) + 1);
          const past = behind.filter(each => starting.includes(each) && each.spec.group === job.spec.group);
          expect(past).toEqual([]);
        }
      }),
    );
  });

  function takenAfter({taken}: StartFacts, starting: readonly Job[]): number {
    return taken + starting.filter(takesPlace).length;
  }
});

describe('defaultParallel', () => {
  it('is eight times the cores and at least sixteen', () => {
    expect([1, 2, 3, 64].map(defaultParallel)).toEqual([16, 16, 24, 512]);
  });
});
