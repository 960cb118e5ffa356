import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type GraphJob, graphProblem} from './job-graph.ts';

/** Jobs that need only those before them, in any order. */
const anyGraph: fc.Arbitrary<GraphJob[]> = fc
  .array(fc.array(fc.nat(), {maxLength: 4}), {maxLength: 12})
  .map(needs => needs.map((of, at) => ({name: `j${at}`, needs: at === 0 ? [] : of.map(n => `j${n % at}`)})))
  .chain(jobs => fc.shuffledSubarray(jobs, {minLength: jobs.length}));

describe('a graph of jobs', () => {
  it('has no problem where each needs only what could have been submitted before it', () => {
    fc.assert(
      fc.property(anyGraph, jobs => {
        expect(graphProblem(jobs)).toBeUndefined();
      }),
    );
  });

  it('has one as soon as a job needs one that needs it, however far away', () => {
    fc.assert(
      fc.property(anyGraph, fc.nat(), (jobs, at) => {
        fc.pre(jobs.length > 0);
        const start = jobs[at % jobs.length] as GraphJob;
        const reached = needed(jobs, start);
        const last = reached.at(-1) as GraphJob;
        const closed = jobs.map(job => (job === last ? {...job, needs: [...job.needs, start.name]} : job));
        expect(graphProblem(closed)).toMatch(/: a cycle$/);
      }),
    );
  });

  it.each<[string, GraphJob[], string]>([
    ['itself', [{name: 'a', needs: ['a']}], 'a needs a: a cycle'],
    [
      'the other one',
      [
        {name: 'a', needs: ['b']},
        {name: 'b', needs: ['a']},
        {name: 'c', needs: ['a']},
      ],
      'a needs b, b needs a: a cycle',
    ],
    ['one that is not there', [{name: 'a', needs: ['z']}], 'a needs z, which is not submitted with it'],
  ])('that needs %s is told in a part of a sentence', (_, jobs, problem) => {
    expect(graphProblem(jobs)).toBe(problem);
  });

  it('of 10,000 jobs is looked at quickly, be it a chain, a star or a circle, and told in few words', () => {
    const many = Array.from({length: 10_000}, (_, at) => `j${at}`);
    const chain = many.map((name, at) => ({name, needs: at === 0 ? [] : [`j${at - 1}`]}));
    const star = many.map((name, at) => ({name, needs: at === 0 ? [] : ['j0']}));
    const end = {name: 'end', needs: many};
    const from = process.cpuUsage();
    expect(graphProblem(chain)).toBeUndefined();
    expect(graphProblem([...star, end])).toBeUndefined();
    const circle = chain.map(job => (job.name === 'j0' ? {...job, needs: ['j9999']} : job));
    expect(graphProblem(circle)).toBe(
      'j0 needs j9999, j9999 needs j9998, j9998 needs j9997, j9997 needs j9996, j9996 needs j9995, 9994 more, j1 needs j0: a cycle',
    );
    expect(process.cpuUsage(from).user).toBeLessThan(1_500_000); // microseconds; of a machine with nothing else to do some 50,000
  });
});

/** All that a job needs, itself first. */
function needed(jobs: readonly GraphJob[], start: GraphJob): GraphJob[] {
  const found = [start];
  for (const {needs} of found)
    for (const job of jobs) if (needs.includes(job.name) && !found.includes(job)) found.push(job);
  return found;
}
