import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {keyOf, type Remains} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';

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

/** Whatever is killed is gone. */
function dieByKill(): void {
  const {runner} = machine.options;
  supervise({
    runner: {
      ...runner,
      kill: async (...given) => {
        await runner.kill(...given);
        machine.survivors.clear();
        return {left: []};
      },
    },
  });
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

/** What was recorded of the job since it runs, in order. */
const journal = () =>
  machine.done.flatMap(each => (each.startsWith('journal a ') ? [each.slice('journal a '.length)] : []));

const signals = () => machine.done.filter(each => /^(TERM|KILL) /.test(each));

describe('a running job that is cancelled', () => {
  it('is signalled once the wish is in its journal and its row', async () => {
    await running();
    expect(await cancel(1000)).toBe(true);
    expect(machine.done).toEqual([
      'journal a cancelling',
      'row a cancelling',
      'flush',
      'journal a signaled',
      'row a cancelling',
      'TERM a 100',
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
    dieByKill();
    await running();
    machine.survivors.add('a');
    await cancel(60_000);
    machine.end('a', 143);
    await machine.pass(59_999);
    expect(row()).toMatchObject({status: 'cancelled'});
    expect(machine.done).not.toContain('journal a closed');
    await machine.pass(1);
    expect(machine.done).toContain('KILL a 100');
    expect(machine.done).toContain('journal a closed');
  });

  it('is signalled all the same when the disk is full, and all of it is recorded when there is room', async () => {
    await running();
    machine.fillDisk();
    const cancelled = cancel(1000);
    await machine.pass(500);
    expect(await cancelled).toBe(true);
    expect(signals()).toEqual(['TERM a 100']);
    await machine.pass(2000);
    expect(signals()).toEqual(['TERM a 100', 'KILL a 100']);
    machine.end('a', 137);
    await machine.settle();
    await machine.makeRoom();
    expect(journal()).toEqual(['cancelling', 'signaled', 'signaled', 'finished 137', 'closed']);
    expect(row()).toMatchObject({status: 'cancelled', signal: 'SIGKILL'});
  });

  it('is signalled also when the disk was full before its start could be recorded', async () => {
    machine.fillDisk();
    await running();
    const cancelled = cancel(1000);
    await machine.pass(500);
    expect(await cancelled).toBe(true);
    expect(machine.done).toEqual(['TERM a 0']); // its pid is in its directory
    machine.end('a', 143);
    await machine.makeRoom();
    expect(journal()).toEqual(['started', 'cancelling', 'signaled', 'finished 143', 'closed']);
    expect(row()).toMatchObject({status: 'cancelled', pid: 100, signal: 'SIGTERM'});
  });

  it('is not signalled when its wrapper has ended and only the disk is full, and has ended as it did', async () => {
    await running();
    machine.fillDisk();
    machine.end('a', 0);
    await machine.settle();
    expect(await cancel(1000)).toBe(true);
    await machine.pass(5000);
    expect(machine.done).toEqual([]);
    await machine.makeRoom();
    expect(row()).toMatchObject({status: 'completed', exitCode: 0});
  });

  it('is refused as KILL_FAILED when it may not be signalled', async () => {
    const {runner} = machine.options;
    const terminate = () => Promise.reject(Object.assign(new Error('kill EPERM'), {code: 'EPERM'}));
    supervise({runner: {...runner, terminate}});
    await running();
    for (const graceMs of [1000, 500]) {
      const cancelled = supervisor.cancel(KEY, graceMs);
      await expect(cancelled).rejects.toMatchObject({code: 'KILL_FAILED'});
    }
  });

  it('is signalled by the next wish when nobody could be asked at first', async () => {
    const {runner} = machine.options;
    let isReady = false;
    supervise({
      runner: {...runner, terminate: async (...given) => isReady && runner.terminate(...given)},
    });
    await running();
    expect(await cancel(1000)).toBe(true);
    expect(journal()).toEqual(['cancelling']);
    isReady = true;
    expect(await cancel(1000)).toBe(true);
    expect(journal()).toEqual(['cancelling', 'cancelling', 'signaled']);
  });
});

describe('a job that does not run yet', () => {
  it('never starts when it is queued', async () => {
    supervise({parallel: 0});
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    expect(await cancel(1000)).toBe(true);
    expect(row()).toMatchObject({status: 'cancelled'});
    supervisor.queue.parallel = 4;
    await machine.settle();
    expect(machine.done).not.toContain('start a');
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
  });

  it('never starts when it is queued and the disk is full, and is cancelled when there is room', async () => {
    supervise({parallel: 0});
    machine.fillDisk();
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    let isAnswered = false;
    const cancelled = cancel(1000).finally(() => {
      isAnswered = true;
    });
    await machine.pass(499);
    expect(isAnswered).toBe(false);
    await machine.pass(1);
    expect(await cancelled).toBe(true);
    expect(await cancel(1000)).toBe(true);
    supervisor.queue.parallel = 4;
    await machine.pass(60_000);
    expect(machine.done).toEqual([]);
    await machine.makeRoom();
    expect(journal()).toEqual(['cancelled', 'closed']);
    expect(row()).toMatchObject({status: 'cancelled'});
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
  });

  it('never starts when it is queued and its end cannot be stored at first', async () => {
    supervise({parallel: 0});
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    machine.failNext('put', 'the database is damaged');
    supervisor.queue.parallel = 4;
    expect(await cancel(1000)).toBe(true);
    await machine.pass(5000);
    expect(machine.done).not.toContain('start a');
    expect(row()).toMatchObject({status: 'cancelled'});
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
  });

  it('never starts when it was cancelled before this coordinator could look at it', async () => {
    machine.failNext('inspect', 'EMFILE');
    supervisor.takeOver(queuedJob({name: 'a'}));
    expect(await cancel(1000)).toBe(true);
    await machine.pass(5000);
    expect(machine.done).not.toContain('start a');
    expect(row()).toMatchObject({status: 'cancelled'});
  });

  it('never starts when its start failed for a reason that passes, and it was cancelled since', async () => {
    machine.failNext('start', 'transient');
    await running();
    expect(supervisor.counts.queued).toBe(1);
    expect(await cancel(1000)).toBe(true);
    await machine.pass(5000);
    expect(machine.done).not.toContain('start a');
    expect(row()).toMatchObject({status: 'cancelled'});
  });

  it('is among the jobs and is ended after its start when it is just being started', async () => {
    let go: () => void = () => undefined;
    const {runner} = machine.options;
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    supervise({runner: {...runner, start: (...start) => gate.then(() => runner.start(...start))}});
    await running();
    expect(supervisor.jobs.map(({spec}) => spec.name)).toEqual(['a']);
    expect(await Promise.all([cancel(1000), cancel(10), cancel(500)])).toEqual([true, true, true]);
    go();
    await machine.settle();
    expect(row()).toMatchObject({status: 'cancelling', killAt: machine.now + 10});
    expect(machine.done.filter(each => /TERM|journal/.test(each))).toEqual([
      'journal a started',
      'journal a cancelling',
      'journal a signaled',
      'TERM a 100',
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
  it.each([
    ['completed', 0, false],
    ['failed', 3, false],
    ['crashed', undefined, false],
    ['completed', 0, true],
    ['crashed', undefined, true],
  ])(
    'is not there to be cancelled when it is %s with code %s (it left something: %s)',
    async (status, code, isOpen) => {
      if (isOpen) machine.leftovers?.add('a');
      await running();
      machine.end('a', code);
      await machine.settle();
      if (status === 'crashed') await machine.pass(200); // its command was looked for
      expect(supervisor.counts.open).toBe(isOpen ? 1 : 0);
      expect(await cancel(1000)).toBe(false);
      await machine.pass(5000);
      expect(row()).toMatchObject({status});
      expect(machine.done.filter(each => /TERM|KILL|cancelling/.test(each))).toEqual([]);
    },
  );

  it('is not there a second time when it was just cancelled, and its leftovers are killed at the time set', async () => {
    machine.leftovers?.add('a');
    await running();
    await cancel(1000);
    machine.end('a', 143);
    await machine.settle();
    expect(row()).toMatchObject({status: 'cancelled'});
    expect(await cancel(1)).toBe(false);
    await machine.pass(999);
    expect(machine.done).not.toContain('KILL a 100');
    await machine.pass(1);
    expect(machine.done.filter(each => each === 'KILL a 100')).toHaveLength(1);
  });

  it('is not there when nobody knows it', async () => {
    expect(await cancel(1000)).toBe(false);
  });
});

describe('a coordinator that takes over a cancellation', () => {
  it.each([
    ['sends no second TERM where one is recorded', {signaled: 'SIGTERM'}, []],
    ['sends TERM where none is recorded', {}, ['TERM a 77']],
  ])('%s, and KILL at the time that was set', async (_, recorded, sent) => {
    const state = {
      status: 'cancelling',
      startedAt: machine.now - 500,
      pid: 77,
      since: machine.now - 400,
      killAt: machine.now + 600,
      ...recorded,
    } as const;
    machine.findings.set('a', {alive: true, wrapperPid: 77, state});
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.settle();
    expect(signals()).toEqual(sent);
    expect(await cancel(1000)).toBe(true); // the next wish sends none either
    await machine.pass(599);
    expect(signals()).toEqual(sent);
    await machine.pass(1);
    expect(signals()).toEqual([...sent, 'KILL a 77']);
  });

  it.each([
    ['no second TERM', {signaled: 'SIGTERM'}, ['KILL a 77']],
    ['a TERM that it has not got', {}, ['TERM what a left', 'KILL a 77']],
  ])('of a job that has ended sends what that left behind %s', async (_, recorded, sent) => {
    dieByKill();
    const state = {
      status: 'completed',
      pid: 77,
      exitCode: 0,
      finishedAt: machine.now - 100,
      killAt: machine.now + 900,
      ...recorded,
    } as const;
    machine.findings.set('a', {alive: false, wrapperPid: 77, exitCode: 0, state});
    machine.survivors.add('a');
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.pass(900);
    expect(signals()).toEqual(sent);
    expect(journal().filter(each => each === 'signaled late')).toHaveLength(sent.length);
  });

  it('does not wait longer because the clock was put back meanwhile', async () => {
    const since = machine.now + 3_600_000;
    const state = {status: 'cancelling', startedAt: since - 5, pid: 77, since, killAt: since + 600} as const;
    machine.findings.set('a', {alive: true, wrapperPid: 77, state});
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.pass(600);
    expect(machine.done).toContain('KILL a 77');
  });

  it('does not wait longer for what was left behind because the clock was put back', async () => {
    const finishedAt = machine.now + 3_600_000;
    const state = {status: 'cancelled', pid: 77, finishedAt, killAt: finishedAt + 900} as const;
    machine.findings.set('a', {alive: false, wrapperPid: 77, exitCode: 143, state});
    machine.survivors.add('a');
    supervisor.takeOver({...queuedJob({name: 'a'}), state});
    await machine.pass(900);
    expect(machine.done).toContain('KILL a 77');
    await machine.pass(10_000);
    expect(machine.done).toContain('journal a closed left_open late');
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

describe('whoever waits until a job is gone', () => {
  let isTold: boolean;
  let remains: Remains | undefined;

  function waitUntilGone(): void {
    isTold = false;
    supervisor.endings.gone.add(keyText(KEY), job => {
      isTold = true;
      remains = job.remains;
    });
  }

  it('is told when what it left behind was killed, not when it has ended', async () => {
    dieByKill();
    machine.survivors.add('a');
    await running();
    await cancel(1000);
    waitUntilGone();
    machine.end('a', 143);
    await machine.pass(999);
    expect(row()).toMatchObject({status: 'cancelled'});
    expect({isTold, isGone: supervisor.isGone(KEY)}).toEqual({isTold: false, isGone: false});
    await machine.pass(1);
    expect({isTold, isGone: supervisor.isGone(KEY)}).toEqual({isTold: true, isGone: true});
  });

  it('is told as soon as what it left behind has ended by itself', async () => {
    machine.survivors.add('a');
    await running();
    await cancel(60_000);
    waitUntilGone();
    machine.end('a', 143);
    await machine.pass(10);
    machine.survivors.clear();
    await machine.pass(20);
    expect(isTold).toBe(true);
  });

  it('is told what may not be signalled once everything was tried, also of a job that has not ended', async () => {
    machine.survivors.add('a');
    machine.mayNotSignal = true;
    await running();
    await cancel(1000);
    waitUntilGone();
    await machine.pass(1000);
    expect(isTold).toBe(true);
    expect(remains).toEqual({left: [{pid: 4242, command: 'left', reason: 'not_permitted'}]});
    expect(row()).toMatchObject({status: 'cancelling'});

    waitUntilGone();
    expect(supervisor.isGone(KEY)).toBe(true);
    machine.mayNotSignal = false;
    await cancel(1000); // tries again
    await machine.pass(0);
    expect(machine.done.filter(each => each === 'KILL a 100')).toHaveLength(2);
    expect(remains?.left).toMatchObject([{reason: 'still_there'}]);
  });

  it('is told when a job ends that nobody wants to end, whatever it leaves behind', async () => {
    machine.leftovers?.add('a');
    await running();
    waitUntilGone();
    machine.end('a', 0);
    await machine.settle();
    expect(isTold).toBe(true);
    expect(supervisor.counts.open).toBe(1);
  });

  it('is told at once where nobody can tell what is left', async () => {
    machine.leftovers = undefined;
    const {runner} = machine.options;
    supervise({runner: {...runner, remains: async () => ({left: [], unseen: 'everything'})}});
    await running();
    await cancel(60_000);
    waitUntilGone();
    machine.end('a', 143);
    await machine.settle();
    expect(isTold).toBe(true);
    expect(remains).toEqual({left: [], unseen: 'everything'});
  });

  it('is told of a wrapper that does not end although nothing else is found of the job', async () => {
    await running();
    await cancel(1000);
    waitUntilGone();
    await machine.pass(2999);
    expect(isTold).toBe(false);
    await machine.pass(1);
    expect(isTold).toBe(true);
  });
});

describe('a coordinator that is to leave', () => {
  it('waits for what it began to end, and not for what nobody wants to end', async () => {
    dieByKill();
    machine.survivors.add('a');
    supervisor.enqueue([queuedJob({name: 'a'}), queuedJob({name: 'b'})]);
    await machine.settle();
    await cancel(1000);
    machine.end('a', 143);
    await machine.settle();
    expect(supervisor.endings.underWay).toEqual([KEY]);
    let left: readonly string[] | undefined;
    void supervisor.endings.settled().then(jobs => {
      left = jobs.map(({spec}) => spec.name);
    });
    await machine.pass(999);
    expect(left).toBe(undefined);
    await machine.pass(1);
    expect(left).toEqual(['a']);
    expect(supervisor.endings.underWay).toEqual([]);
  });

  it('does not wait for ever for an end that a full disk keeps from being recorded', async () => {
    await running();
    machine.fillDisk();
    void cancel(1000);
    await machine.pass(1000);
    machine.end('a', 137);
    let isOver = false;
    void supervisor.endings.settled().then(() => {
      isOver = true;
    });
    await machine.pass(20_000);
    expect(isOver).toBe(true);
  });
});
