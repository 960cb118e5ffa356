import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {type Job, type JobSpec, keyOf} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {cancelJobs} from '../ending/cancel-jobs.ts';
import {seriesText} from '../last-attempt.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';
import {waitForJob} from '../wait-for-job.ts';

let machine: FakeMachine;
let supervisor: Supervisor;

beforeEach(() => {
  machine = new FakeMachine();
  supervise();
});

function supervise(changes: Partial<FakeMachine['options']> = {}): void {
  supervisor = new Supervisor({...machine.options, ...changes}, () => undefined);
}

/** Submits a job that may fail twice; without jitter it pauses for 5 and then for 10 seconds. */
function submit(changes: Partial<JobSpec> = {}): Job {
  const job = queuedJob({name: 'a', retries: 2, backoffMs: 5000, ...changes});
  machine.rows.set(keyText(keyOf(job.spec)), job);
  supervisor.enqueue([job]);
  return job;
}

async function fail(code = 1): Promise<void> {
  machine.end('a', code);
  await machine.settle();
}

/** What was done to the files, the log and the row, since the last call. */
function done(): string[] {
  return machine.done.splice(0).filter(each => !/^(drain|close|discard|follow|progress) /.test(each));
}

function statusOf(attempt: number): string | undefined {
  return machine.rows.get(keyText(keyOf(specOf({name: 'a', attempt}))))?.state.status;
}

const starts = () => machine.done.filter(each => each === 'start a').length;

describe('a job that fails', () => {
  it('has its next attempt stored before its end is recorded, and starts it after the pause', async () => {
    submit();
    await machine.settle();
    done();
    await fail();
    expect(done()).toEqual(['add a@2', 'journal a finished 1', 'journal a closed', 'row a failed closed']);
    await machine.pass(4999);
    expect(done()).toEqual([]);
    expect(supervisor.queue.view.waiting).toMatchObject([{reason: {why: 'backoff', until: machine.now + 1}}]);
    await machine.pass(1);
    expect(done()).toEqual(['start a', 'journal a started', 'row a running']);
  });

  it('is over for whoever waits, and told to whoever is notified, only with its last attempt', async () => {
    const {spec} = submit({notify: 'tell', notifyOn: ['end', 'failure']});
    const key = keyOf(spec);
    const find = (of: typeof key) => supervisor.find(of) ?? machine.rows.get(keyText(of));
    const heard: Job[] = [];
    const {signal} = new AbortController();
    void waitForJob({find, supervisor}, key, 'finished', signal).then(job => heard.push(job as Job));
    await machine.settle();
    await fail();
    await machine.pass(5000);
    await fail();
    await machine.pass(10_000);
    expect(heard).toEqual([]);
    expect(machine.done.filter(each => each.startsWith('notify'))).toEqual([]);
    await fail(7);
    expect(heard).toMatchObject([{spec: {attempt: 3}, state: {status: 'failed', exitCode: 7}}]);
    expect(machine.done.filter(each => each.startsWith('notify'))).toEqual(['notify a failed failed']);
    await machine.pass(100_000);
    expect(starts()).toBe(3);
  });

  it('is not tried again once it does well, nor with a code that is not asked for', async () => {
    submit({retryOn: [75]});
    await machine.settle();
    await fail(75);
    await machine.pass(5000);
    await fail(1);
    await machine.pass(100_000);
    expect([statusOf(1), statusOf(2), statusOf(3), starts()]).toEqual(['failed', 'failed', undefined, 2]);
  });

  it('takes the pause from its time on, also where the clock is put back or forward meanwhile', async () => {
    submit();
    await machine.settle();
    await fail();
    machine.putClockBack(3_600_000);
    await machine.pass(5000);
    expect(starts()).toBe(2);
  });

  it('ends without another attempt where its environment was taken away, and that is reported', async () => {
    machine.failures.set('environment', [Object.assign(new Error('gone'), {code: 'ENOENT'})]);
    submit();
    await machine.settle();
    await fail();
    await machine.pass(100_000);
    expect([statusOf(1), statusOf(2)]).toEqual(['failed', undefined]);
    expect(machine.reports).toEqual(['trying a again, which has lost its environment: Error: gone']);
  });

  it('has no recorded end as long as its next attempt cannot be stored, and then both', async () => {
    machine.failNext('create', 'no space');
    submit();
    await machine.settle();
    machine.findings.set('a', {wrapperPid: 100, exitCode: 1, spec: queuedJob({name: 'a', retries: 2}).spec});
    await fail();
    expect(statusOf(1)).toBe('running');
    await machine.pass(5000);
    expect([statusOf(1), statusOf(2)]).toEqual(['failed', 'queued']);
    expect(machine.done.filter(each => each.startsWith('journal a finished'))).toHaveLength(1);
    await machine.pass(5000);
    expect(starts()).toBe(2);
  });
});

describe('a job that is cancelled', () => {
  it('while it pauses never starts again', async () => {
    const {spec} = submit();
    await machine.settle();
    await fail();
    const heard: Job[] = [];
    supervisor.over.add(seriesText(keyOf(spec)), job => heard.push(job));
    const {ledger} = machine.options;
    const {keys} = await cancelJobs({ledger, supervisor}, [queuedJob({name: 'a', retries: 2})], 0);
    expect(keys).toEqual([{...keyOf(spec), attempt: 2}]);
    expect(heard).toMatchObject([{spec: {attempt: 2}, state: {status: 'cancelled'}}]);
    await machine.pass(100_000);
    expect(starts()).toBe(1);
  });

  it('after it failed and before that is recorded never starts again, which is stored before that is answered', async () => {
    const {spec} = submit();
    await machine.settle();
    machine.fillDisk();
    machine.end('a', 1);
    await machine.settle();
    let isAnswered = false;
    const answer = supervisor.cancel(keyOf(spec), 0).finally(() => {
      isAnswered = true;
    });
    await machine.settle();
    expect(isAnswered).toBe(false);
    await machine.makeRoom();
    expect(await answer).toBe(true);
    expect([statusOf(1), statusOf(2)]).toEqual(['failed', 'cancelled']);
    await machine.pass(100_000);
    expect(starts()).toBe(1);
  });

  it('while it runs is not tried again', async () => {
    const {spec} = submit();
    await machine.settle();
    await supervisor.cancel(keyOf(spec), 0);
    await fail(143);
    await machine.pass(100_000);
    expect([statusOf(1), statusOf(2)]).toEqual(['cancelled', undefined]);
  });
});

describe('a coordinator that takes over', () => {
  const NOT_BEFORE = 3000;
  /** As it is found when its coordinator was killed right before the end of the first attempt was recorded. */
  function leave(): readonly [Job, Job] {
    const first = queuedJob({name: 'a', retries: 2});
    const second = queuedJob({name: 'a', retries: 2, attempt: 2, notBefore: machine.now + NOT_BEFORE});
    const running: Job = {spec: first.spec, state: {status: 'running', startedAt: 1, pid: 7}};
    for (const job of [running, second]) machine.rows.set(keyText(keyOf(job.spec)), job);
    machine.options.files.inspect = ({attempt}) => ({
      ...EMPTY,
      ...(attempt === 1
        ? {spec: first.spec, state: running.state, wrapperPid: 7, exitCode: 1}
        : {spec: second.spec}),
    });
    return [running, second];
  }
  const EMPTY = {
    spec: undefined,
    space: undefined,
    alive: false,
    hasFifo: false,
    wrapperPid: undefined,
    began: undefined,
    ended: undefined,
    cpu: undefined,
    exitCode: undefined,
    lastSign: undefined,
    state: undefined,
  };

  it.each([
    ['first', [0, 1]],
    ['last', [1, 0]],
  ])(
    'makes no third attempt of one whose second is there, be the one that failed taken over %s',
    async (_, order) => {
      const left = leave();
      machine.exits.set('a', {code: 1, atMs: machine.now});
      for (const at of order) supervisor.takeOver(left[at] as Job);
      await machine.settle();
      expect([statusOf(1), statusOf(2), starts()]).toEqual(['failed', 'queued', 0]);
      await machine.pass(NOT_BEFORE - 1);
      expect(starts()).toBe(0);
      await machine.pass(1);
      expect([statusOf(1), statusOf(2), starts()]).toEqual(['failed', 'running', 1]);
    },
  );

  it('does not start the next attempt before the one that is not over has ended', async () => {
    const [, second] = leave();
    supervisor.takeOver(second);
    await machine.pass(NOT_BEFORE * 10);
    expect(starts()).toBe(0);
    expect(supervisor.queue.view.waiting).toMatchObject([{reason: {why: 'attempt'}}]);
  });

  it('waits for no longer than the longest pause where the clock was put back', async () => {
    const [first, second] = leave();
    machine.rows.set(keyText(keyOf(first.spec)), {...first, state: {status: 'failed', finishedAt: 5}});
    machine.putClockBack(24 * 3_600_000);
    supervisor.takeOver(second);
    await machine.pass(4999);
    expect(starts()).toBe(0);
    await machine.pass(1);
    expect(starts()).toBe(1);
  });
});
