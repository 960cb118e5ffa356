import fc from 'fast-check';
import {expect, it} from 'vitest';

import {type PrunableInvocation, type PrunableJob, type PruneRules, prunePlan} from './prune-plan.ts';

const NOW = 1_000_000;
const moment = fc.integer({min: 0, max: 2 * NOW});
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: null});

const jobs: fc.Arbitrary<PrunableJob> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  attempt: fc.constant(1),
  isClosed: fc.boolean(),
  isPinned: fc.boolean(),
  submittedAt: moment,
  endedAt: moment,
  keptFrom: maybe(moment),
  retentionMs: maybe(fc.integer({min: 0, max: NOW})),
  bytes: fc.integer({min: 0, max: 1000}),
});
const invocations: fc.Arbitrary<PrunableInvocation[]> = fc
  .array(
    fc.record({
      worktree: fc.constantFrom('/one', '/two', '/three'),
      isWorktreeThere: fc.boolean(),
      bytes: fc.integer({min: 0, max: 10}),
      jobs: fc.uniqueArray(jobs, {minLength: 1, maxLength: 3, selector: ({name}) => name}),
    }),
    {maxLength: 20},
  )
  .map(all => all.map((each, at) => ({...each, id: String(at)})));
const rules: fc.Arbitrary<PruneRules> = fc.record({
  now: fc.constant(NOW),
  isClockDoubtful: fc.boolean(),
  olderThanMs: fc.option(fc.integer({min: 0, max: NOW}), {nil: undefined}),
  keepLast: fc.integer({min: 0, max: 4}),
  maxTotalBytes: maybe(fc.integer({min: 0, max: 10_000})),
});

it('never takes what is not closed or pinned, nor goes below the floor, and meets the budget wherever it can', () => {
  fc.assert(
    fc.property(invocations, rules, (all, given) => {
      const {evictions, usedBytes, remainingBytes} = prunePlan(all, given);
      const gone = new Set(evictions.map(({invocation, name}) => `${invocation} ${name}`));
      const left = all.map(each => ({
        ...each,
        jobs: each.jobs.filter(({name}) => !gone.has(`${each.id} ${name}`)),
      }));
      expect(gone.size).toBe(evictions.length);
      for (const {id, jobs: own} of all)
        for (const job of own)
          if (!job.isClosed || job.isPinned) expect(gone.has(`${id} ${job.name}`)).toBe(false);
      const floor = new Set(
        ['/one', '/two', '/three'].flatMap(worktree => {
          const there = all.filter(each => each.worktree === worktree && each.isWorktreeThere);
          return given.keepLast === 0 ? [] : there.slice(-given.keepLast).map(({id}) => id);
        }),
      );
      for (const {invocation} of evictions) expect(floor.has(invocation)).toBe(false);
      const remaining = left
        .filter(each => each.jobs.length > 0)
        .reduce((sum, each) => sum + each.bytes + each.jobs.reduce((own, {bytes}) => own + bytes, 0), 0);
      expect(remainingBytes).toBe(remaining);
      expect(usedBytes - evictions.reduce((sum, {freesBytes}) => sum + freesBytes, 0)).toBe(remaining);
      const canGo = left.some(
        each => !floor.has(each.id) && each.jobs.some(job => job.isClosed && !job.isPinned),
      );
      if (given.maxTotalBytes !== null && remaining > given.maxTotalBytes) expect(canGo).toBe(false);
      const last = evictions.filter(({why}) => why === 'size').at(-1);
      if (last !== undefined) expect(remaining + last.freesBytes).toBeGreaterThan(given.maxTotalBytes ?? 0);
    }),
  );
});

it('decides the same of the same, and nothing more once that is gone', () => {
  fc.assert(
    fc.property(invocations, rules, (all, given) => {
      const plan = prunePlan(all, given);
      expect(prunePlan(structuredClone(all), structuredClone(given))).toEqual(plan);
      const gone = new Set(plan.evictions.map(({invocation, name}) => `${invocation} ${name}`));
      const left = all
        .map(each => ({...each, jobs: each.jobs.filter(({name}) => !gone.has(`${each.id} ${name}`))}))
        .filter(each => each.jobs.length > 0);
      expect(prunePlan(left, {...given, isClockDoubtful: true, olderThanMs: undefined}).evictions).toEqual(
        [],
      );
    }),
  );
});
