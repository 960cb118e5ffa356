import {beforeEach, describe, expect, it} from 'vitest';

import type {Job} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';

let machine: FakeMachine;
let supervisor: Supervisor;

beforeEach(() => {
  machine = new FakeMachine();
  supervisor = new Supervisor({...machine.options, parallel: 1}, () => undefined);
});

function job(name: string, now = false): Job {
  return queuedJob({name, now});
}

function started(): string[] {
  return machine.done.filter(each => each.startsWith('start ')).map(each => each.slice(6));
}

/** Names of those that run, and of those that wait. */
function shown(): [string[], string[]] {
  const {running, waiting} = supervisor.queue;
  return [running.map(({spec}) => spec.name), waiting.map(({job}) => job.spec.name)];
}

describe('the queue', () => {
  it('tells who has to wait from the submission on, before anything was started', async () => {
    supervisor.enqueue(['a', 'b', 'c'].map(name => job(name)));
    expect(shown()).toEqual([[], ['b', 'c']]);
    await machine.settle();
    expect(shown()).toEqual([['a'], ['b', 'c']]);
  });

  it('lets jobs pass that are to start at once, in their order, and gives their places to nobody above the limit', async () => {
    supervisor.enqueue([job('a'), job('b')]);
    await machine.settle();
    supervisor.enqueue([job('c'), job('x', true), job('y', true)]);
    expect(shown()).toEqual([['a'], ['b', 'c']]);
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y']);
    machine.end('x', 0);
    machine.end('y', 0);
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y']);
    machine.end('a', 0);
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y', 'b']);
  });

  it('lets a job pass that an earlier coordinator did not start any more', async () => {
    supervisor.enqueue([job('a'), job('b')]);
    machine.findings.set('x', {spec: specOf({name: 'x', now: true})});
    supervisor.takeOver(job('x'));
    await machine.settle();
    expect(started()).toEqual(['x']);
    expect(shown()).toEqual([['x'], ['a', 'b']]);
  });

  it('tells why nothing can be started, also a job that is to start at once, which is the first again', async () => {
    machine.failNext('start', 'transient');
    supervisor.enqueue([job('a'), job('b')]);
    await machine.settle();
    supervisor.enqueue([job('x', true)]);
    await machine.settle();
    expect(supervisor.queue.held).toBe('transient');
    expect(shown()).toEqual([[], ['x', 'a', 'b']]);
    await machine.pass(2000);
    expect(supervisor.queue.held).toBeUndefined();
    expect(started()).toEqual(['a', 'x']);
    expect(shown()).toEqual([['x'], ['a', 'b']]);
  });

  it('puts a job that could not be started behind those that are to start at once', async () => {
    machine.failNext('start', 'transient', 'transient');
    supervisor.enqueue([job('a'), job('b')]);
    await machine.settle();
    supervisor.enqueue([job('x', true)]);
    await machine.pass(2000);
    expect(shown()).toEqual([[], ['x', 'a', 'b']]);
    await machine.pass(2000);
    expect(started()).toEqual(['a', 'x', 'x']);
  });
});
