import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {type Job, keyOf} from '../../domain/index.ts';
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
  const {running, waiting} = supervisor.queue.view;
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
    expect(supervisor.queue.view.held).toBe('transient');
    expect(shown()).toEqual([[], ['x', 'a', 'b']]);
    await machine.pass(2000);
    expect(supervisor.queue.view.held).toBeUndefined();
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

describe('a group', () => {
  it('lets no more of its jobs run than it may, and nobody else wait for them', async () => {
    supervisor = new Supervisor(
      {...machine.options, parallel: 9, groups: new Map([['heavy', 1]])},
      () => undefined,
    );
    supervisor.enqueue(['a', 'b', 'c'].map(name => queuedJob({name, group: 'heavy'})));
    supervisor.enqueue([job('x'), queuedJob({name: 'y', group: 'other'})]);
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y']);
    machine.end('a', 0);
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y', 'b']);
    supervisor.queue.groups = new Map();
    await machine.settle();
    expect(started()).toEqual(['a', 'x', 'y', 'b', 'c']);
  });

  it('has the job that passes the queue counted, and a service not', async () => {
    supervisor = new Supervisor(
      {...machine.options, parallel: 9, groups: new Map([['heavy', 1]])},
      () => undefined,
    );
    supervisor.enqueue([queuedJob({name: 'server', group: 'heavy', service: true})]);
    supervisor.enqueue(['a', 'b'].map(name => queuedJob({name, group: 'heavy', now: true})));
    supervisor.enqueue([queuedJob({name: 'c', group: 'heavy'})]);
    await machine.settle();
    expect(started()).toEqual(['server', 'a', 'b']);
  });
});

describe('a job that is moved', () => {
  const position = (name: string, to: 'first' | 'last') => supervisor.queue.move(keyOf(specOf({name})), to);

  it('starts before all others of any priority, behind those that pass the queue, and that is stored', async () => {
    supervisor.enqueue([job('a'), job('b'), queuedJob({name: 'high', priority: 9}), job('c'), job('d')]);
    expect([position('c', 'first'), position('d', 'first'), position('high', 'last')]).toEqual([1, 1, 5]);
    await machine.settle();
    supervisor.enqueue([job('now', true)]);
    expect(shown()).toEqual([['d'], ['c', 'a', 'b', 'high']]);
    expect(machine.done.filter(each => each.startsWith('rank'))).toEqual([
      'rank c -1',
      'rank d -2',
      'rank high 1',
    ]);
  });

  it('stands where it was for the next coordinator', async () => {
    supervisor.enqueue([job('a'), job('b')]);
    supervisor.takeOver({...job('c'), queueRank: -1});
    await machine.settle();
    expect(shown()).toEqual([['c'], ['a', 'b']]);
  });

  it('has to wait for its turn', async () => {
    supervisor.enqueue([job('a'), job('b')]);
    await machine.settle();
    expect(() => position('a', 'first')).toThrow('a is running, and not queued any more.');
    expect(() => position('x', 'first')).toThrow(expect.objectContaining({code: 'JOB_NOT_FOUND'}));
    const needs = [{invocation: specOf().invocation.id, name: 'a', end: 'completed' as const}];
    supervisor.enqueue([queuedJob({name: 'after', needs})]);
    machine.rows.set(keyText(keyOf(specOf({name: 'after'}))), job('after'));
    expect(() => position('after', 'first')).toThrow(
      'does not wait for its turn: other jobs have to end first.',
    );
  });

  it('stays where it is when that cannot be stored', async () => {
    const rank = () => {
      throw new Error('no room');
    };
    const options = {...machine.options, ledger: {...machine.options.ledger, rank}, parallel: 1};
    supervisor = new Supervisor(options, () => undefined);
    supervisor.enqueue([job('a'), job('b')]);
    expect(() => position('b', 'first')).toThrow('no room');
    await machine.settle();
    expect(started()).toEqual(['a']);
  });
});
