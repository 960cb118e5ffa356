import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {InvocationId, RepoId} from '../../../base/index.ts';
import {isEnded, type Job, type JobState} from '../job/job.ts';
import {invocationOf, REPO, SUBMITTED_AT, specOf} from '../testing/sample-jobs.ts';
import {type CancelFilter, cancelMatch} from './cancel-match.ts';

const OTHER = 'fedcba9876543210' as RepoId;
const NOW = SUBMITTED_AT + 100_000;
const AT = {at: NOW};

const state: fc.Arbitrary<JobState> = fc.constantFrom<JobState>(
  {status: 'queued'},
  {status: 'running', startedAt: 1, pid: 2},
  {status: 'cancelling', startedAt: 1, pid: 2, since: 3, killAt: 4},
  {status: 'completed', finishedAt: 5},
  {status: 'cancelled', finishedAt: 5},
  {status: 'crashed', finishedAt: 5},
);

const job: fc.Arbitrary<Job> = fc
  .record({
    state,
    repo: fc.constantFrom(REPO, OTHER),
    tags: fc.subarray(['x', 'y']),
    hook: fc.constantFrom(null, 'pre-commit', 'pre-push'),
    worktree: fc.constantFrom(null, '/work/app', '/work/app2'),
    branch: fc.constantFrom(null, 'main', 'app'),
    id: fc.constantFrom('3fa9c1d2e4b5', '3fb000000000', '000000000000'),
    age: fc.integer({min: 0, max: 100_000}),
  })
  .map(({state, repo, tags, hook, worktree, branch, id, age}) => ({
    state,
    spec: specOf({
      repo,
      tags,
      invocation: invocationOf({
        id: id as InvocationId,
        createdAt: NOW - age,
        hookType: hook,
        worktree,
        branch,
      }),
    }),
  }));

const part = {
  repo: fc.constantFrom(REPO, OTHER),
  tag: fc.constantFrom('x', 'y', 'z'),
  hook: fc.constantFrom('pre-commit', 'none'),
  worktree: fc.constantFrom('/work/app', 'app', 'main'),
  invocationPrefix: fc.constantFrom('3f', '3fa9', '', 'ff'),
  olderThanMs: fc.integer({min: 0, max: 100_000}),
};
const filter: fc.Arbitrary<CancelFilter> = fc.record(part, {requiredKeys: []});

describe('which jobs a filter means', () => {
  it('is those that every one of its parts means', () => {
    fc.assert(
      fc.property(filter, fc.array(job), (wanted, jobs) => {
        const each = Object.entries(wanted).map(([name, value]) => cancelMatch({[name]: value}, jobs, AT));
        const all = jobs.filter(candidate => each.every(matched => matched.includes(candidate)));
        const open = all.filter(candidate => !isEnded(candidate.state));
        expect(cancelMatch(wanted, jobs, AT)).toEqual(open);
      }),
    );
  });

  it('is never one that has ended, and without a part every other one', () => {
    fc.assert(
      fc.property(fc.array(job), jobs => {
        expect(cancelMatch({}, jobs, AT)).toEqual(jobs.filter(each => !isEnded(each.state)));
      }),
    );
  });

  it('is by each part what its name says', () => {
    fc.assert(
      fc.property(
        fc.array(job),
        part.tag,
        part.invocationPrefix,
        part.olderThanMs,
        (jobs, tag, prefix, ms) => {
          for (const {spec} of cancelMatch(
            {repo: REPO, tag, invocationPrefix: prefix, olderThanMs: ms},
            jobs,
            AT,
          )) {
            expect(spec.repo).toBe(REPO);
            expect(spec.tags).toContain(tag);
            expect(spec.invocation.id.startsWith(prefix)).toBe(true);
            expect(NOW - spec.invocation.createdAt).toBeGreaterThanOrEqual(ms);
          }
        },
      ),
    );
  });

  it('is by an age those that were submitted exactly so long ago, or longer, and none of the future', () => {
    const at = (createdAt: number): Job => ({
      state: {status: 'queued'},
      spec: specOf({invocation: invocationOf({createdAt})}),
    });
    const jobs = [at(NOW - 5001), at(NOW - 5000), at(NOW - 4999), at(NOW), at(NOW + 5000)];
    const olderThan = (olderThanMs: number) => cancelMatch({olderThanMs}, jobs, AT);
    expect(olderThan(5000)).toEqual(jobs.slice(0, 2));
    expect(olderThan(5001)).toEqual(jobs.slice(0, 1));
    expect(olderThan(0)).toEqual(jobs.slice(0, 4));
    expect(cancelMatch({olderThanMs: 5000, tag: 'none'}, jobs, AT)).toEqual([]);
  });

  it('is by an age what really is that old, whatever was done to the clock since', () => {
    const at = (createdAt: number, ms: number, bootId = 'b1'): Job => ({
      state: {status: 'queued'},
      spec: specOf({invocation: invocationOf({createdAt, uptime: {ms, bootId}})}),
    });
    const now = {at: NOW, uptime: {ms: 100_000, bootId: 'b1'}};
    const jobs = [
      at(NOW + 9_000_000, 40_000), // before the clock was put back
      at(NOW - 9_000_000, 41_000), // before it was put forward
      at(NOW + 9_000_000, 40_000, 'b0'), // before the machine was started
    ];
    const olderThan = (olderThanMs: number) => cancelMatch({olderThanMs}, jobs, now);
    expect(olderThan(59_000)).toEqual(jobs);
    expect(olderThan(60_000)).toEqual([jobs[0], jobs[2]]);
    expect(olderThan(61_000)).toEqual([jobs[2]]);
    expect(olderThan(100_001)).toEqual([]);
  });

  it('is by a worktree that one, not one whose path merely ends with the same letters', () => {
    const at = (worktree: string): Job => ({
      state: {status: 'queued'},
      spec: specOf({invocation: invocationOf({worktree, branch: null})}),
    });
    const jobs = [at('/work/app'), at('/work/my-app')];
    expect(cancelMatch({worktree: 'app'}, jobs, AT)).toEqual([jobs[0]]);
  });
});
