import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {InvocationId} from '../../../base/index.ts';
import type {Need} from '../job/need.ts';
import type {EndedStatus} from '../job/status.ts';
import {graphProblem} from './job-graph.ts';
import {type ChosenJob, type RetryJob, retrySet} from './retry-set.ts';

const ID = '3fa9c1d2e4b5' as InvocationId;
const STATUSES: readonly EndedStatus[] = [
  'completed',
  'failed',
  'crashed',
  'timed_out',
  'cancelled',
  'skipped',
];

/** Jobs of one invocation, each of which needs some of those before it. */
const history = fc
  .array(
    fc.record({
      ended: fc.option(fc.constantFrom(...STATUSES), {nil: undefined, freq: 8}),
      needs: fc.array(fc.tuple(fc.nat({max: 9}), fc.constantFrom('completed', 'ended', 'failed', 'gone')), {
        maxLength: 3,
      }),
      isChosen: fc.boolean(),
      isNamed: fc.boolean(),
      isRemoved: fc.boolean(),
    }),
    {minLength: 1, maxLength: 9},
  )
  .map(all =>
    all.map(({needs, ended, ...rest}, at) => ({
      ...rest,
      job: job(
        `j${at}`,
        ended,
        needs.flatMap(([on, end]) => (on < at ? {invocation: ID, name: `j${on}`, end} : [])),
      ),
    })),
  );

function job(name: string, ended: EndedStatus | undefined, needs: readonly Need[] = []): RetryJob {
  return {invocation: ID, name, ended, needs, hasStarted: ended !== 'skipped' && ended !== undefined};
}

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

function retried(all: History) {
  const chosen = all.filter(({isChosen}) => isChosen);
  const there = new Map(all.flatMap(({job, isRemoved}) => (isRemoved ? [] : [[job.name, job]])));
  return {chosen, there, set: retrySet(chosen, need => there.get(need.name))};
}

describe('the jobs that are retried', () => {
  it('are none where one that was chosen goes on, and only then', () => {
    fc.assert(
      fc.property(history, all => {
        const {chosen, set} = retried(all);
        const open = chosen.filter(({job}) => job.ended === undefined);
        if (open.length === 0) expect(set.kind).toBe('retry');
        else expect(set).toEqual({kind: 'going on', jobs: open.map(each => each.job)});
      }),
    );
  });

  it('are those that were chosen, but what completed or cannot start, and what these wait for in vain', () => {
    fc.assert(
      fc.property(history, all => {
        const {chosen, there, set} = retried(all);
        if (set.kind !== 'retry') return;
        const names = new Set(set.jobs.map(({job}) => job.name));
        const left = new Set(set.left.map(({job}) => job.name));
        for (const {job, isNamed} of chosen) {
          const {name} = job;
          expect(names.has(name) !== left.has(name)).toBe(true);
          if (isNamed) expect(names).toContain(name);
          else if (job.ended === 'completed') expect(left).toContain(name);
          else if (job.hasStarted) expect(names).toContain(name);
        }
        const isChosen = new Set(chosen.map(each => each.job.name));
        for (const {job} of set.jobs.filter(each => !isChosen.has(each.job.name))) {
          expect(job.ended).not.toBe('completed');
          const inVain = set.jobs.some(
            each => !each.job.hasStarted && each.job.needs.some(({name}) => name === job.name),
          );
          const wasLeft = set.left.some(each => each.job.needs.some(({name}) => name === job.name));
          expect(inVain || wasLeft).toBe(true);
          expect(there.has(job.name)).toBe(true);
        }
      }),
    );
  });

  it('need only each other and what goes on, and never start on work that was not done', () => {
    fc.assert(
      fc.property(history, all => {
        const {chosen, there, set} = retried(all);
        if (set.kind !== 'retry') return;
        const names = new Set(set.jobs.map(({job}) => job.name));
        const named = new Set(chosen.flatMap(({job, isNamed}) => (isNamed ? job.name : [])));
        const within = set.jobs.map(({job, needs}) => ({
          name: job.name,
          needs: needs.flatMap(({invocation, name}) => (invocation === undefined ? [name] : [])),
        }));
        expect(graphProblem(within)).toBeUndefined();
        for (const {job, needs} of set.jobs) {
          for (const {name, invocation} of needs) {
            expect(job.needs.map(each => each.name)).toContain(name);
            if (invocation !== undefined) expect(there.get(name)?.ended).toBeUndefined();
          }
          if (job.hasStarted || named.has(job.name)) continue;
          for (const {name, end} of job.needs) {
            if (end !== 'completed') continue;
            const isDone = there.get(name)?.ended === 'completed';
            expect(isDone || needs.some(each => each.name === name)).toBe(true);
          }
        }
        expect(names.size).toBe(set.jobs.length);
      }),
    );
  });

  it('are a job that failed with what was skipped for it, in their order', () => {
    const build = job('build', 'failed');
    const lint = job('lint', 'completed');
    const need = (name: string): Need => ({invocation: ID, name, end: 'completed'});
    const test = job('test', 'skipped', [need('build'), need('lint')]);
    const deploy = job('deploy', 'skipped', [need('test')]);
    const all = [build, lint, test, deploy];
    const find = ({name}: Need) => all.find(each => each.name === name);
    const chosen = (jobs: readonly RetryJob[]): ChosenJob<RetryJob>[] =>
      jobs.map(each => ({job: each, isNamed: false}));
    const whole = retrySet(chosen(all), find);
    expect(whole).toEqual({
      kind: 'retry',
      jobs: [
        {job: build, needs: []},
        {job: test, needs: [{name: 'build', end: 'completed'}]},
        {job: deploy, needs: [{name: 'test', end: 'completed'}]},
      ],
      left: [{job: lint, why: 'completed'}],
    });
    const last = retrySet(chosen([deploy]), find);
    expect(last.kind === 'retry' && last.jobs.map(each => each.job.name)).toEqual([
      'deploy',
      'test',
      'build',
    ]);
  });

  it('are not several of one name', () => {
    const one = job('build', 'failed');
    const other = {...one, invocation: '77c0c1d2e4b5' as InvocationId};
    const set = retrySet(
      [one, other].map(each => ({job: each, isNamed: true})),
      () => undefined,
    );
    expect(set).toEqual({kind: 'same name', jobs: [one, other]});
  });

  it('do not hold what waited for a failure that did not come, unless it is named', () => {
    const build = job('build', 'completed');
    const cleanup = job('cleanup', 'skipped', [{invocation: ID, name: 'build', end: 'failed'}]);
    const set = (isNamed: boolean) => retrySet([{job: cleanup, isNamed}], () => build);
    expect(set(false)).toEqual({kind: 'retry', jobs: [], left: [{job: cleanup, why: 'no failure'}]});
    expect(set(true)).toEqual({kind: 'retry', jobs: [{job: cleanup, needs: []}], left: []});
  });
});
