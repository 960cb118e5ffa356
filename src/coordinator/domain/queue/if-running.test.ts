import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {IF_RUNNING, type InvocationId, type RepoId} from '../../../base/index.ts';
import type {Job, JobState} from '../job/job.ts';
import {keyOf} from '../job/job-key.ts';
import {invocationOf, REPO, specOf} from '../testing/sample-jobs.ts';
import {ifRunning, namesakesOf} from './if-running.ts';

const OTHER = 'fedcba9876543210' as RepoId;
const ASKED = {repo: REPO, worktree: '/work/app', names: ['web']};

const job: fc.Arbitrary<Job> = fc
  .record({
    repo: fc.constantFrom(REPO, OTHER),
    worktree: fc.constantFrom('/work/app', '/work/app2', null),
    name: fc.constantFrom('web', 'test'),
    id: fc.constantFrom('3fa9c1d2e4b5', '77c000000000'),
    attempt: fc.integer({min: 1, max: 3}),
    number: fc.nat({max: 99}),
    state: fc.constantFrom<JobState>(
      {status: 'queued'},
      {status: 'running', startedAt: 1, pid: 2},
      {status: 'cancelling', startedAt: 1, pid: 2, since: 3, killAt: 4},
      {status: 'failed', finishedAt: 5},
    ),
  })
  .map(({repo, worktree, name, id, attempt, number, state}) => ({
    state,
    spec: specOf({repo, name, attempt, number, invocation: invocationOf({id: id as InvocationId, worktree})}),
  }));

describe('jobs of the same name', () => {
  it('are those of this repository and worktree that have not ended, each once', () => {
    fc.assert(
      fc.property(fc.array(job), jobs => {
        const found = namesakesOf(ASKED, jobs);
        for (const {spec, state} of found) {
          expect([spec.repo, spec.name, spec.invocation.worktree]).toEqual([REPO, 'web', '/work/app']);
          expect(state.status).not.toBe('failed');
        }
        const ids = found.map(({spec}) => spec.invocation.id);
        expect(new Set(ids).size).toBe(ids.length);
        const meant = jobs.filter(each => namesakesOf(ASKED, [each]).length > 0);
        expect(new Set(meant.map(({spec}) => spec.invocation.id))).toEqual(new Set(ids));
      }),
    );
  });

  it('are waited for, ended or the reason to do nothing, as somebody wants it', () => {
    fc.assert(
      fc.property(fc.array(job), fc.constantFrom(...IF_RUNNING), (jobs, wish) => {
        const namesakes = namesakesOf(ASKED, jobs);
        const decision = ifRunning(wish, namesakes);
        if (wish === 'skip' && namesakes.length > 0) {
          expect(decision).toEqual({kind: 'skip', instead: namesakes.map(({spec}) => keyOf(spec))});
          return;
        }
        const ends = {allow: [], skip: [], queue: ['ended'], replace: ['gone']}[wish];
        const needs = namesakes.flatMap(({spec}) =>
          ends.map(end => ({invocation: spec.invocation.id, name: spec.name, end})),
        );
        expect(decision).toEqual({kind: 'submit', needs});
      }),
    );
  });
});
