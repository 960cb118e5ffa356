import {describe, expect, it} from 'vitest';

import type {Queue} from '../../coordinator/client/index.ts';
import {waitText} from './wait-text.ts';

function queueOf(running: Record<string, readonly string[]>, more: Partial<Queue> = {}): Queue {
  const jobs = Object.entries(running).flatMap(([directory, names]) =>
    names.map(name => ({repo: 'r', invocation: 'i', name, attempt: 1, directory})),
  );
  const told = {parallel: 16, running: jobs.length, queued: 1, held: null, running_jobs: jobs, waiting: []};
  return {...told, ...more} as unknown as Queue;
}

describe('waitText', () => {
  it('names the jobs that run by their directories, those with most first, and its own as here', () => {
    const queue = queueOf({'/a': ['x'], '/b': ['p', 'q', 'r', 's'], '/c': ['y', 'z']});
    expect(waitText(queue, {position: 1}, '/c')).toBe(
      'behind 7 running jobs (the limit is 16): p, q, r and 1 more in /b; y and z here; x in /a. More at once: stint parallel 32. Past the queue: stint run --now',
    );
  });

  it('counts the jobs that are before it in the queue, and those that are not named', () => {
    const queue = queueOf({'/a': ['x']}, {running: 40});
    expect(waitText(queue, {position: 3}, '/c')).toContain(
      'behind 40 running jobs and 2 queued jobs (the limit is 16): x in /a; 39 more.',
    );
  });

  it('names few of many directories', () => {
    const queue = queueOf({'/a': ['a'], '/b': ['b'], '/c': ['c'], '/d': ['d'], '/e': ['e'], '/f': ['f']});
    expect(waitText(queue, {position: 1}, '/')).toContain(': a in /a; b in /b; c in /c; d in /d; 2 more.');
  });

  it('says why nothing can be started, and shows what would steer a terminal', () => {
    const held = {held: 'spawn \u001b EAGAIN'};
    expect(waitText(queueOf({}, held), {position: 1}, '/')).toBe(
      'starting jobs fails for now and is tried again: spawn \\x1b EAGAIN',
    );
    expect(waitText(queueOf({'/a': ['x']}, held), {position: 2}, '/')).toMatch(
      /^behind 1 running job and 1 queued job, and starting jobs fails/,
    );
  });
});
