import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {type Job, type JobSpec, keyOf, type NeedEnd} from '../../domain/index.ts';
import {invocationOf, queuedJob, REPO, specOf} from '../../domain/testing/sample-jobs.ts';
import {seriesText} from '../last-attempt.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';

let machine: FakeMachine;
let supervisor: Supervisor;

beforeEach(() => {
  machine = new FakeMachine();
  supervise();
});

function supervise(): void {
  supervisor = new Supervisor(machine.options, () => undefined);
}

function needing(name: string, ...needs: readonly (string | readonly [string, NeedEnd])[]): Job {
  const {id} = invocationOf();
  return queuedJob({
    name,
    needs: needs.map(need => {
      const [of, end] = typeof need === 'string' ? [need, 'completed' as const] : need;
      return {invocation: id, name: of, end};
    }),
  });
}

function store(...jobs: readonly Job[]): readonly Job[] {
  for (const job of jobs) machine.rows.set(keyText(keyOf(job.spec)), job);
  return jobs;
}

const submit = (...jobs: readonly Job[]) => supervisor.enqueue(store(...jobs));

async function end(name: string, code = 0): Promise<void> {
  machine.end(name, code);
  await machine.settle();
}

function stateOf(name: string, changes: Partial<JobSpec> = {}) {
  return machine.rows.get(keyText(keyOf(specOf({name, ...changes}))))?.state;
}

const started = () => machine.done.filter(each => each.startsWith('start ')).map(each => each.slice(6));

describe('a job that needs others', () => {
  it('starts when all of them have ended as they were to, and says until then for which it waits', async () => {
    submit(needing('c', 'a', ['b', 'ended']), needing('a'), needing('b'));
    await machine.settle();
    expect(started()).toEqual(['a', 'b']);
    await end('a');
    expect(supervisor.queue.view.waiting).toMatchObject([
      {job: {spec: {name: 'c'}}, reason: {why: 'need', needs: [{name: 'b', end: 'ended'}]}},
    ]);
    await end('b', 1);
    expect(started()).toEqual(['a', 'b', 'c']);
  });

  it('is skipped when one of them ends in another way, and so are those that need it, each with its reason', async () => {
    submit(needing('a'), needing('b', 'a'), needing('c', 'b'), needing('d', ['c', 'ended']));
    await machine.settle();
    await end('a', 1);
    await machine.settle();
    expect(stateOf('b')).toMatchObject({status: 'skipped', message: '3fa9c1:a failed'});
    expect(stateOf('c')).toMatchObject({status: 'skipped', message: '3fa9c1:b was skipped'});
    expect(started()).toEqual(['a', 'd']);
  });

  it('is skipped at once where the need has ended so already, or is not there', async () => {
    store({...needing('a'), state: {status: 'cancelled', finishedAt: 5}});
    submit(needing('b', 'a'), needing('c', 'z'), needing('d', ['a', 'ended']));
    await machine.settle();
    expect(stateOf('b')).toMatchObject({status: 'skipped', message: '3fa9c1:a was cancelled'});
    expect(stateOf('c')).toMatchObject({
      status: 'skipped',
      message: '3fa9c1:z was removed, so how it ended cannot be known',
    });
    expect(started()).toEqual(['d']);
  });

  it('waits for the last attempt of a job that is tried again, also where one of them was removed', async () => {
    submit(
      queuedJob({name: 'a', retries: 1, backoffMs: 1000}),
      needing('b', 'a'),
      needing('c', ['a', 'failed']),
    );
    await machine.settle();
    await end('a', 1);
    expect(started()).toEqual(['a']);
    await machine.pass(1000);
    machine.rows.delete(keyText(keyOf(specOf({name: 'a'}))));
    submit({...needing('d', 'a'), spec: {...needing('d', 'a').spec, number: 9}});
    await end('a', 0);
    expect(started()).toEqual(['a', 'a', 'b', 'd']);
    expect(stateOf('c')).toMatchObject({status: 'skipped'});
  });

  it('that is cancelled meanwhile does not start when they have ended', async () => {
    submit(needing('a'), needing('b', 'a'));
    await machine.settle();
    expect(await supervisor.cancel(keyOf(specOf({name: 'b'})), 0)).toBe(true);
    await end('a');
    expect(started()).toEqual(['a']);
    expect(stateOf('b')).toMatchObject({status: 'cancelled'});
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('is taken over with them, %s first', async (...order) => {
    const a: Job = {...needing('a'), state: {status: 'running', startedAt: 1, pid: 7}};
    const b = needing('b', 'a');
    store(a, b);
    machine.findings.set('a', {alive: true, wrapperPid: 7, state: a.state, spec: a.spec});
    machine.findings.set('b', {spec: b.spec});
    for (const name of order) supervisor.takeOver(name === 'a' ? a : b);
    await machine.settle();
    expect(started()).toEqual([]);
    expect(supervisor.needed(REPO)).toEqual(new Set([seriesText({...keyOf(a.spec)})]));
    await end('a');
    expect(started()).toEqual(['b']);
    expect(supervisor.needed(REPO)).toEqual(new Set());
  });

  it('of which thousands wait for one is decided in a moment, be it met or never', async () => {
    for (const code of [0, 1]) {
      machine = new FakeMachine();
      supervise();
      supervisor.queue.parallel = 1;
      const names = Array.from({length: 2000}, (_, at) => `j${at}`);
      submit(needing('a'), ...names.map(name => needing(name, 'a')));
      await machine.settle();
      const from = process.cpuUsage();
      machine.end('a', code);
      await machine.settle();
      expect(process.cpuUsage(from).user).toBeLessThan(2_000_000); // microseconds; most of it is the fakes
    }
  });
});
