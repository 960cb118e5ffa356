import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {InvocationId, RepoId} from '../../../base/index.ts';
import type {Job} from '../job/job.ts';
import {invocationOf, queuedJob, specOf} from '../testing/sample-jobs.ts';
import {bySubmission, queueOrder, withNumbers} from './submission-order.ts';

const [A, B] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] as [RepoId, RepoId];

function jobAt(repo: RepoId, number: number, createdAt: number): Job {
  return queuedJob({repo, number, name: `${repo[0]}${number}`, invocation: invocationOf({createdAt})});
}

function namesOf(jobs: readonly Job[]): string[] {
  return jobs.map(({spec}) => spec.name);
}

describe('the queue of several repositories', () => {
  it.each<[string, readonly (readonly [RepoId, number, number])[], readonly string[]]>([
    [
      'goes by the time of submission',
      [
        [A, 1, 10],
        [A, 2, 30],
        [B, 1, 20],
      ],
      ['a1', 'b1', 'a2'],
    ],
    [
      'goes by the numbers where the clock was put back',
      [
        [A, 1, 90],
        [A, 2, 10],
        [B, 1, 20],
      ],
      ['a1', 'a2', 'b1'],
    ],
    [
      'does not let a time that was in the future wait behind all others',
      [
        [A, 1, 1e9],
        [A, 2, 50],
        [B, 1, 60],
      ],
      ['a1', 'a2', 'b1'],
    ],
    [
      'keeps jobs of one moment in the order of their numbers',
      [
        [B, 1, 5],
        [B, 2, 5],
        [A, 1, 5],
      ],
      ['b1', 'b2', 'a1'],
    ],
  ])('%s', (_, jobs, expected) => {
    expect(namesOf(queueOrder(jobs.map(job => jobAt(...job))))).toEqual(expected);
  });

  it('never changes the order within a repository, and is the order of time where no clock was put back', () => {
    const times = fc.array(fc.nat(100), {maxLength: 8});
    fc.assert(
      fc.property(times, times, (a, b) => {
        const jobs = [A, B].flatMap(
          (repo, at) => [a, b][at]?.map((time, n) => jobAt(repo, n + 1, time)) ?? [],
        );
        const order = queueOrder(jobs);
        for (const repo of [A, B]) {
          const numbers = order.filter(({spec}) => spec.repo === repo).map(({spec}) => spec.number);
          expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
        }
        const sorted = [a, b].every(list => list.every((time, n) => n === 0 || time >= (list[n - 1] ?? 0)));
        const told = order.map(({spec}) => spec.invocation.createdAt);
        if (sorted) expect(told).toEqual(told.toSorted((x, y) => x - y));
        expect(order).toHaveLength(jobs.length);
      }),
    );
  });
});

describe('specs of a repository', () => {
  const old = (name: string, createdAt: number) =>
    specOf({
      name,
      number: 0,
      invocation: invocationOf({createdAt, id: name.padEnd(12, '0') as InvocationId}),
    });
  const numbered = (name: string, number: number, createdAt: number) =>
    specOf({name, number, invocation: invocationOf({createdAt})});

  function numbersOf(...specs: readonly ReturnType<typeof specOf>[]) {
    return withNumbers(specs.toSorted(bySubmission)).map(({name, number}) => [name, number]);
  }

  it('go by their numbers, and those of an earlier version by their time before all others', () => {
    expect(numbersOf(numbered('d', 4, 5), old('b', 30), numbered('c', 3, 10), old('a', 20))).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]);
  });

  it('count from 1 where none has a number', () => {
    expect(numbersOf(old('b', 30), old('a', 20))).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(numbersOf()).toEqual([]);
  });

  it('keep their order where there are more of an earlier version than numbers are left', () => {
    expect(numbersOf(old('b', 30), old('a', 20), numbered('c', 2, 1)).map(([name]) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});
