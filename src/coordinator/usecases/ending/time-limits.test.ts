import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {type Job, keyOf} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';

const LIMIT = 60_000;
let machine: FakeMachine;
let supervisor: Supervisor;

beforeEach(() => {
  machine = new FakeMachine();
  supervisor = new Supervisor(machine.options, () => undefined);
});

function stateOf(name: string) {
  return machine.rows.get(keyText(keyOf(specOf({name}))))?.state;
}

const signals = () => machine.done.filter(each => /^(TERM|KILL) /.test(each)).map(each => each.slice(0, 6));

describe('a job with a time limit', () => {
  it('gets TERM when its time is over, KILL ten seconds later, and has timed out, with the reason', async () => {
    supervisor.enqueue([queuedJob({name: 'a', timeoutMs: LIMIT})]);
    await machine.pass(LIMIT - 1);
    expect(signals()).toEqual([]);
    await machine.pass(1);
    expect(signals()).toEqual(['TERM a']);
    await machine.pass(10_000);
    expect(signals()).toEqual(['TERM a', 'KILL a']);
    machine.end('a', 137);
    await machine.settle();
    expect(stateOf('a')).toMatchObject({
      status: 'timed_out',
      exitCode: 137,
      message: 'it ran for longer than 60 s',
    });
  });

  it('is left alone when it ends in time, or somebody else ends it', async () => {
    supervisor.enqueue([queuedJob({name: 'a', timeoutMs: LIMIT}), queuedJob({name: 'b', timeoutMs: LIMIT})]);
    await machine.pass(1000);
    machine.end('a', 0);
    await supervisor.cancel(keyOf(specOf({name: 'b'})), 3_600_000);
    await machine.pass(LIMIT);
    expect(signals()).toEqual(['TERM b']);
    machine.end('b', 143);
    await machine.settle();
    expect([stateOf('a')?.status, stateOf('b')?.status]).toEqual(['completed', 'cancelled']);
  });

  it('has as much time where the clock is put back meanwhile', async () => {
    supervisor.enqueue([queuedJob({name: 'a', timeoutMs: LIMIT})]);
    await machine.pass(LIMIT / 2);
    machine.putClockBack(3_600_000);
    await machine.pass(LIMIT / 2 - 1);
    expect(signals()).toEqual([]);
    await machine.pass(1);
    expect(signals()).toEqual(['TERM a']);
  });

  it.each([
    ['has what is left of it', LIMIT / 4, (3 * LIMIT) / 4],
    ['is ended at once where it is over', LIMIT * 2, 0],
  ])('that is taken over %s', async (_, ran, left) => {
    const {uptime} = machine.moment;
    const state: Job['state'] = {
      status: 'running',
      startedAt: machine.now - ran,
      pid: 7,
      ...(uptime && {uptime: {...uptime, ms: uptime.ms - ran}}),
    };
    const job = {spec: specOf({name: 'a', timeoutMs: LIMIT}), state};
    machine.findings.set('a', {alive: true, wrapperPid: 7, state, spec: job.spec});
    supervisor.takeOver(job);
    await machine.pass(Math.max(0, left - 1));
    expect(signals()).toEqual(left === 0 ? ['TERM a'] : []);
    await machine.pass(1);
    expect(signals()).toEqual(['TERM a']);
  });

  it('whose coordinator was killed between TERM and KILL is killed by the next one at the time that was set', async () => {
    const state: Job['state'] = {
      status: 'cancelling',
      startedAt: machine.now - LIMIT,
      pid: 7,
      since: machine.now - 4000,
      killAt: machine.now + 6000,
      reason: 'it ran for longer than 60 s',
      timedOut: true,
      signaled: 'SIGTERM',
    };
    const job = {spec: specOf({name: 'a', timeoutMs: LIMIT}), state};
    machine.findings.set('a', {alive: true, wrapperPid: 7, state, spec: job.spec});
    supervisor.takeOver(job);
    await machine.pass(5999);
    expect(signals()).toEqual([]);
    await machine.pass(1);
    expect(signals()).toEqual(['KILL a']);
    machine.end('a', 137);
    await machine.settle();
    expect(stateOf('a')).toMatchObject({status: 'timed_out'});
  });

  it('that times out is tried again where that is asked for, on 124', async () => {
    const options = {timeoutMs: LIMIT, retries: 1, backoffMs: 1000, retryOn: [124]};
    supervisor.enqueue([queuedJob({name: 'a', ...options})]);
    await machine.pass(LIMIT);
    machine.end('a', 143);
    await machine.pass(1000);
    expect(machine.done.filter(each => each === 'start a')).toHaveLength(2);
  });
});
