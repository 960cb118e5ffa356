import {beforeEach, describe, expect, it} from 'vitest';

import {keyOf} from '../domain/index.ts';
import {queuedJob, specOf} from '../domain/testing/sample-jobs.ts';
import {Supervisor} from './supervisor.ts';
import {FakeMachine} from './testing/fakes.ts';

let machine: FakeMachine;
let supervisor: Supervisor;
const KEY = keyOf(specOf({name: 'a'}));

beforeEach(() => {
  machine = new FakeMachine();
  supervise();
});

function supervise(changes: Partial<FakeMachine['options']> = {}): void {
  supervisor = new Supervisor({...machine.options, ...changes}, () => undefined);
}

async function running(): Promise<void> {
  supervisor.enqueue([queuedJob({name: 'a'})]);
  await machine.settle();
  machine.done.length = 0;
}

async function cancel(graceMs: number): Promise<boolean> {
  const cancelled = supervisor.cancel(KEY, graceMs);
  await machine.settle();
  return cancelled;
}

const row = () => [...machine.rows.values()][0]?.state;

describe('a running job that is cancelled', () => {
  it('is signalled once the wish is in its journal and its row', async () => {
    await running();
    expect(await cancel(1000)).toBe(true);
    expect(machine.done).toEqual([
      'journal a cancelling',
      'row a cancelling',
      'flush',
      'TERM a 100',
      'journal a signaled',
      'row a cancelling',
    ]);
  });

  it.each([
    [143, {status: 'cancelled', exitCode: 143, signal: 'SIGTERM'}],
    [1, {status: 'cancelled', exitCode: 1, signal: 'SIGTERM'}],
    [0, {status: 'completed', exitCode: 0}],
  ])('and ends with code %i has ended as that tells', async (code, state) => {
    await running();
    await cancel(1000);
    machine.end('a', code);
    await machine.settle();
    expect(row()).toMatchObject(state);
    await machine.pass(5000);
    expect(machine.done).not.toContain('KILL a 100');
  });

  it('is killed after the grace time, not before', async () => {
    await running();
    await cancel(1000);
    await machine.pass(999);
    expect(machine.done).not.toContain('KILL a 100');
    await machine.pass(1);
    expect(machine.done.slice(-3)).toEqual(['journal a signaled', 'row a cancelling', 'KILL a 100']);
    machine.end('a', 137);
    await machine.settle();
    expect(row()).toMatchObject({status: 'cancelled', signal: 'SIGKILL'});
  });

  it.each([
    [1000, 5000],
    [5000, 1000],
  ])(
    'twice, with %i and %i ms, gets one TERM and is killed after the shorter time',
    async (first, second) => {
      await running();
      await Promise.all([cancel(first), cancel(second)]);
      await machine.pass(1000);
      expect(machine.done.filter(each => each === 'KILL a 100')).toHaveLength(1);
      expect(machine.done.filter(each => each === 'TERM a 100')).toHaveLength(1);
      await machine.pass(10_000);
      expect(machine.done.filter(each => each === 'KILL a 100')).toHaveLength(1);
    },
  );

  it('stays open until what it left behind was killed, although that cannot write', async () => {
    await running();
    machine.survivors.add('a');
    await cancel(60_000);
    machine.end('a', 143);
    await machine.pass(59_000);
    expect(row()).toMatchObject({status: 'cancelled'});
    expect(machine.done).not.toContain('journal a closed');
    await machine.pass(1000);
    expect(machine.done).toContain('KILL a 100');
    machine.survivors.clear();
    await machine.pass(1000);
    expect(machine.done).toContain('journal a closed');
  });

  it('is signalled all the same when the disk is full', async () => {
    const {openRecorder} = machine.options;
    let isFull = false;
    supervise({
      openRecorder: (spec, options) => {
        const recorder = openRecorder(spec, options);
        return {
          ...recorder,
          record: event => (isFull ? new Promise(() => undefined) : recorder.record(event)),
        };
      },
    });
    await running();
    isFull = true;
    const cancelled = supervisor.cancel(KEY, 1000);
    await machine.pass(500);
    expect(await cancelled).toBe(true);
    expect(machine.done).toContain('TERM a 100');
    await machine.pass(2000);
    expect(machine.done).toContain('KILL a 100');
  });

  it('is refused as KILL_FAILED when it may not be signalled', async () => {
    const {runner} = machine.options;
    const terminate = () => Promise.reject(Object.assign(new Error('kill EPERM'), {code: 'EPERM'}));
    supervise({runner: {...runner, terminate}});
    await running();
    const cancelled = supervisor.cancel(KEY, 1000);
    await expect(cancelled).rejects.toMatchObject({code: 'KILL_FAILED'});
  });
});

describe('a job that does not run yet', () => {
  it('never starts when it is queued', async () => {
    supervise({parallel: 0});
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    expect(await cancel(1000)).toBe(true);
    expect(row()).toMatchObject({status: 'cancelled'});
    supervisor.parallel = 4;
    await machine.settle();
    expect(machine.done).not.toContain('start a');
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
  });

  it('is among the jobs and is ended after its start when it is just being started', async () => {
    let go: () => void = () => undefined;
    const {runner} = machine.options;
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    supervise({runner: {...runner, start: (spec, onEnd) => gate.then(() => runner.start(spec, onEnd))}});
    await running();
    expect(supervisor.jobs.map(({spec}) => spec.name)).toEqual(['a']);
    expect(await cancel(1000)).toBe(true);
    go();
    await machine.settle();
    expect(machine.done.filter(each => /TERM|journal/.test(each))).toEqual([
      'journal a started',
      'journal a cancelling',
      'TERM a 100',
      'journal a signaled',
    ]);
  });

  it('is cancelled, not crashed, when it cannot be started', async () => {
    const {runner} = machine.options;
    let fail: () => void = () => undefined;
    const failing = new Promise<never>((_, reject) => {
      fail = () => reject(new Error('no such directory'));
    });
    supervise({runner: {...runner, start: () => failing}});
    await running();
    await cancel(1000);
    fail();
    await machine.settle();
    expect(row()).toMatchObject({status: 'cancelled'});
  });
});

describe('a job that has ended', () => {
  it('is not there to be cancelled', async () => {
    await running();
    machine.end('a', 0);
    await machine.settle();
    expect(await cancel(1000)).toBe(false);
  });
});

describe('a coordinator that takes over a cancellation', () => {
  it('sends TERM again and KILL at the time that was set', async () => {
    const state = {
      status: 'cancelling',
      startedAt: machine.now - 500,
      pid: 77,
      since: machine.now - 400,
      killAt: machine.now + 600,
      signaled: 'SIGTERM',
    } as const;
    machine.findings.set('a', {alive: true, wrapperPid: 77, state});
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.settle();
    expect(machine.done).toContain('TERM a 77');
    await machine.pass(599);
    expect(machine.done).not.toContain('KILL a 77');
    await machine.pass(1);
    expect(machine.done).toContain('KILL a 77');
  });

  it('kills what was left behind by a job that has ended', async () => {
    const state = {
      status: 'cancelled',
      pid: 77,
      finishedAt: machine.now - 100,
      killAt: machine.now + 900,
    } as const;
    machine.findings.set('a', {alive: false, wrapperPid: 77, exitCode: 143, state});
    machine.survivors.add('a');
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.pass(900);
    expect(machine.done).toContain('KILL a 77');
  });
});
