import {beforeEach, describe, expect, it} from 'vitest';

import {keyText, type ProcessSpace} from '../../base/index.ts';
import {type Bounds, type EndedState, type Job, type JobState, keyOf} from '../domain/index.ts';
import {queuedJob, SUBMITTED_AT, specOf} from '../domain/testing/sample-jobs.ts';
import type {JobFindings} from '../ports/index.ts';
import {Supervisor} from './supervisor.ts';
import {FakeMachine, SPACE} from './testing/fakes.ts';

let machine: FakeMachine;
let supervisor: Supervisor;
let idles: number;

beforeEach(() => {
  machine = new FakeMachine();
  supervise();
});

function supervise(changes: Partial<FakeMachine['options']> = {}): void {
  idles = 0;
  supervisor = new Supervisor({...machine.options, ...changes}, () => {
    idles += 1;
  });
}

function enqueue(...names: readonly string[]): void {
  supervisor.enqueue(names.map(name => queuedJob({name})));
}

/** Takes what was done since the last call. */
function done(): string[] {
  return machine.done.splice(0);
}

describe('a job that is started', () => {
  it('is recorded as started before its row says so, and closed before its spool goes', async () => {
    enqueue('a');
    await machine.settle();
    expect(done()).toEqual(['start a', 'journal a started', 'row a running']);
    machine.end('a', 0);
    await machine.settle();
    expect(done()).toEqual([
      'drain a',
      'journal a finished 0',
      'journal a closed',
      'close a',
      'discard a',
      'row a completed closed',
    ]);
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
    expect(idles).toBe(1);
    expect(machine.rows.get(keyOfText('a'))).toMatchObject({sizeBytes: 1000, state: {exitCode: 0, pid: 100}});
  });

  it('has its end in the keeping of the notifier before it is closed, where somebody is to be told', async () => {
    supervisor.enqueue([queuedJob({name: 'a', notify: 'tell', notifyOn: ['failure']})]);
    supervisor.enqueue([queuedJob({name: 'b', notify: 'tell', notifyOn: ['failure']})]);
    await machine.settle();
    done();
    machine.end('a', 3);
    machine.end('b', 0);
    await machine.settle();
    const ofA = done().filter(each => / a( |$)/.test(each));
    expect(ofA).toEqual([
      'drain a',
      'journal a finished 3',
      'notify a failed failed',
      'journal a closed',
      'close a',
      'discard a',
      'row a failed closed',
    ]);
    expect(done()).toEqual([]);
  });

  it.each([
    ['not closed', {}, ['notify a ended completed', 'row a completed', 'follow a']],
    ['closed, and its row is not', {closedAt: 9}, ['notify a ended completed', 'close a']],
  ])(
    'that another coordinator saw the end of is told of by this one, where it is %s',
    async (_, more, first) => {
      const state: EndedState = {
        status: 'completed',
        exitCode: 0,
        startedAt: 1,
        pid: 7,
        finishedAt: 8,
        ...more,
      };
      const spec = specOf({name: 'a', notify: 'tell', notifyOn: ['end']});
      machine.findings.set('a', {spec, wrapperPid: 7, exitCode: 0, state});
      supervisor.takeOver({spec, state: {status: 'running', startedAt: 1, pid: 7}});
      await machine.settle();
      expect(done().slice(0, first.length)).toEqual(first);
    },
  );

  it('is watched only when it is not over at once', async () => {
    enqueue('a');
    await machine.pass(24);
    expect(done()).not.toContain('follow a');
    await machine.pass(1);
    expect(done()).toEqual(['follow a', 'progress a']);
  });

  it('has failed with any other code than 0', async () => {
    enqueue('a');
    await machine.settle();
    machine.end('a', 3);
    await machine.settle();
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({status: 'failed', exitCode: 3});
  });

  it('has crashed when its wrapper ended without a code', async () => {
    enqueue('a');
    await machine.settle();
    machine.end('a');
    await machine.settle();
    const state = machine.rows.get(keyOfText('a'))?.state;
    expect(state).toMatchObject({
      status: 'crashed',
      message: expect.stringContaining('its wrapper was killed'),
    });
    expect(state).not.toHaveProperty('exitCode');
    expect(machine.done).toContain('journal a closed');
  });

  it('tells whoever waits, once what happened is stored', async () => {
    enqueue('a');
    await machine.settle();
    const heard: JobState[] = [];
    supervisor.over.add(keyText(keyOf(specOf({name: 'a'}))), ({state}) => heard.push(state));
    done();
    machine.end('a', 7);
    while (heard.length === 0) await machine.settle();
    expect(heard).toMatchObject([{status: 'failed', exitCode: 7}]);
    expect(done()).toContain('row a failed closed');
  });
});

describe('a job that cannot be started', () => {
  it('stays queued while the reason is one that passes, ahead of the others, and is tried again later', async () => {
    machine.failNext('start', 'transient', 'transient');
    enqueue('a', 'b');
    await machine.settle();
    expect(done()).toEqual(['start a']);
    expect(supervisor.counts).toEqual({queued: 2, running: 0, open: 2});
    await machine.pass(1999);
    expect(done()).toEqual([]);
    await machine.pass(1);
    expect(done()).toEqual(['start a']);
    await machine.pass(2000);
    expect(done().filter(each => each.startsWith('start'))).toEqual(['start a', 'start b']);
    expect(machine.reports).toEqual([
      'starting a; it stays queued: Error: transient',
      'starting a; it stays queued: Error: transient',
    ]);
  });

  it('has crashed and is closed when the reason stays, and the next one starts', async () => {
    supervise({parallel: 1});
    machine.failNext('start', 'its directory /gone is gone');
    enqueue('a', 'b');
    await machine.settle();
    const happened = done();
    expect(happened).toContain('start b');
    expect(happened.filter(each => / a( |$)/.test(each))).toEqual([
      'start a',
      'drain a',
      'journal a crashed',
      'journal a closed',
      'close a',
      'discard a',
      'row a crashed closed',
    ]);
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({
      message: 'it could not be started: its directory /gone is gone',
    });
  });
});

describe('a job that leaves a process behind', () => {
  beforeEach(async () => {
    machine.leftovers = new Set(['a']);
    enqueue('a');
    await machine.settle();
    done();
    machine.end('a', 0);
    await machine.settle();
  });

  it('is finished at once, and recorded on', () => {
    expect(done()).toEqual(['drain a', 'journal a finished 0', 'row a completed', 'follow a']);
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 1});
  });

  it('is closed when the process has ended', async () => {
    done();
    await machine.pass(3000);
    expect(done()).toEqual([]);
    machine.leftovers = new Set();
    await machine.pass(500);
    expect(done()).toEqual(['drain a', 'journal a closed', 'close a', 'discard a', 'row a completed closed']);
    expect(idles).toBe(1);
  });

  it('is closed with the process left open when the linger time is over', async () => {
    await machine.pass(9999);
    done();
    await machine.pass(1);
    expect(done()).toContain('journal a closed left_open');
  });

  it('is closed then also when the clock is put back meanwhile', async () => {
    await machine.pass(4000);
    machine.putClockBack(3_600_000);
    await machine.pass(5999);
    expect(machine.done).not.toContain('journal a closed left_open');
    await machine.pass(1);
    expect(machine.done).toContain('journal a closed left_open');
  });
});

describe('where nobody can tell who still writes', () => {
  it('lingers for the whole time', async () => {
    machine.leftovers = undefined;
    enqueue('a');
    await machine.settle();
    machine.end('a', 0);
    await machine.pass(9999);
    expect(machine.done).not.toContain('journal a closed left_open');
    await machine.pass(1);
    expect(machine.done).toContain('journal a closed left_open');
  });

  it('also where the look fails', async () => {
    const {runner} = machine.options;
    supervise({runner: {...runner, stillWriting: () => Promise.reject(new Error('EMFILE'))}});
    enqueue('a');
    await machine.settle();
    machine.end('a', 0);
    await machine.settle();
    expect(done()).toContain('journal a finished 0');
    await machine.pass(10_000);
    expect(done()).toContain('journal a closed left_open');
    expect(machine.reports).toContain('looking who still writes: Error: EMFILE');
  });
});

describe('the limit of jobs at once', () => {
  it('is kept, in the order of submission', async () => {
    supervise({parallel: 2});
    enqueue('a', 'b', 'c', 'd');
    await machine.settle();
    expect(machine.running).toEqual(['a', 'b']);
    expect(supervisor.counts).toEqual({queued: 2, running: 2, open: 4});
    machine.end('b', 0);
    await machine.settle();
    expect(machine.running).toEqual(['a', 'c']);
  });

  it('can be raised and lowered while jobs run', async () => {
    supervise({parallel: 1});
    enqueue('a', 'b', 'c', 'd');
    await machine.settle();
    supervisor.queue.parallel = 3;
    await machine.settle();
    expect(machine.running).toEqual(['a', 'b', 'c']);
    supervisor.queue.parallel = 1;
    machine.end('a', 0);
    machine.end('b', 0);
    await machine.settle();
    expect(machine.running).toEqual(['c']);
    machine.end('c', 0);
    await machine.settle();
    expect(machine.running).toEqual(['d']);
  });

  it('does not count a job that only lingers', async () => {
    supervise({parallel: 1});
    machine.leftovers = new Set(['a']);
    enqueue('a', 'b');
    await machine.settle();
    machine.end('a', 0);
    await machine.settle();
    expect(machine.running).toEqual(['b']);
  });

  it('counts the jobs that were taken over', async () => {
    supervise({parallel: 1});
    machine.findings.set('a', {alive: true, state: {status: 'running', startedAt: 1, pid: 42}});
    supervisor.takeOver(row('a', {status: 'running', startedAt: 1, pid: 42}));
    enqueue('b');
    await machine.settle();
    expect(machine.running).toEqual(['a']);
    machine.end('a', 0);
    await machine.settle();
    expect(machine.running).toEqual(['b']);
  });
});

describe('taking over', () => {
  const RUNNING = {status: 'running', startedAt: 1, pid: 42} as const satisfies JobState;
  const ENDED: JobState = {...RUNNING, status: 'failed', finishedAt: SUBMITTED_AT - 1000, exitCode: 3};

  async function takeOver(rowState: JobState, found: Partial<JobFindings>): Promise<void> {
    machine.findings.set('a', found);
    supervisor.takeOver(row('a', rowState));
    await machine.settle();
  }

  it('queues a job that never started', async () => {
    await takeOver({status: 'queued'}, {});
    expect(done()).toEqual(['start a', 'journal a started', 'row a running']);
  });

  it('adopts one that runs', async () => {
    await takeOver(RUNNING, {alive: true, wrapperPid: 42, state: RUNNING});
    expect(done()).toEqual(['adopt a', 'journal a adopted late', 'row a running', 'follow a', 'progress a']);
    machine.end('a', 0);
    await machine.settle();
    expect(done()).toEqual([
      'drain a',
      'journal a finished 0 late',
      'journal a closed late',
      'close a',
      'discard a',
      'row a completed closed',
    ]);
  });

  it('records the start of one that runs where only the start is known to its wrapper', async () => {
    await takeOver({status: 'queued'}, {alive: true, wrapperPid: 42});
    expect(done()).toEqual(['adopt a', 'journal a started late', 'row a running', 'follow a', 'progress a']);
  });

  it('finishes one that ended while nobody looked, with the time at which it did', async () => {
    machine.exits.set('a', {code: 3, atMs: machine.now - 5000});
    await takeOver(RUNNING, {wrapperPid: 42, exitCode: 3, state: RUNNING});
    expect(done()).toEqual([
      'drain a',
      'journal a finished 3 late',
      'journal a closed late',
      'close a',
      'discard a',
      'row a failed closed',
    ]);
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({finishedAt: machine.now - 5000});
  });

  it('whose start nobody recorded either began when its wrapper says so, and took as long as that ran', async () => {
    const began = {at: machine.now - 9000};
    machine.findings.set('a', {wrapperPid: 42, exitCode: 0, began});
    machine.exits.set('a', {code: 0, atMs: machine.now - 5000});
    supervisor.takeOver(row('a', {status: 'queued'}));
    await machine.settle();
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({startedAt: began.at, tookMs: 4000});
  });

  it('records the start too of one that nobody saw at all', async () => {
    machine.exits.set('a', {code: 0, atMs: machine.now});
    await takeOver({status: 'queued'}, {wrapperPid: 42, exitCode: 0});
    expect(done().slice(0, 4)).toEqual([
      'journal a started late',
      'row a running',
      'drain a',
      'journal a finished 0 late',
    ]);
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({pid: 42, exitCode: 0});
  });

  it('calls one crashed whose wrapper is gone without a code', async () => {
    await takeOver(RUNNING, {wrapperPid: 42, state: RUNNING});
    expect(done()).toEqual([
      'drain a',
      'drain a',
      'journal a crashed late',
      'journal a closed late',
      'close a',
      'discard a',
      'row a crashed closed',
    ]);
  });

  it('says of one whose wrapper is gone between which moments it ended, and not how long it took', async () => {
    const lastSign = machine.now - 4000;
    await takeOver(RUNNING, {wrapperPid: 42, state: RUNNING, lastSign});
    const state = machine.rows.get(keyOfText('a'))?.state;
    expect(state).toMatchObject({status: 'crashed', unseenEnd: [lastSign, machine.now]});
    expect(state).toMatchObject({message: expect.stringMatching(/how the command ended cannot be known$/)});
    expect(state).not.toHaveProperty('tookMs');
  });

  it('looks after a command without a wrapper until the last of it is gone, beyond any linger time', async () => {
    machine.survivors.add('a');
    await takeOver(RUNNING, {wrapperPid: 42, state: RUNNING});
    await machine.pass(600_000);
    const state = () => machine.rows.get(keyOfText('a'))?.state;
    expect(state()).toMatchObject({
      status: 'crashed',
      unseenEnd: 'still-runs',
      message: expect.stringMatching(/it may still run$/),
    });
    expect(supervisor.counts.open).toBe(1);
    machine.survivors.clear();
    const goneAt = machine.now;
    await machine.pass(2000);
    expect(supervisor.counts.open).toBe(0);
    const {unseenEnd, message} = state() as EndedState;
    expect(message).toMatch(/how the command ended cannot be known$/);
    const [from, to] = unseenEnd as Bounds;
    expect([from <= goneAt, goneAt <= to, to - from <= 4000]).toEqual([true, true, true]);
  });

  it('does not say that nothing runs where that cannot be seen', async () => {
    machine.leftovers = undefined;
    await takeOver(RUNNING, {wrapperPid: 42, state: RUNNING});
    await machine.pass(600_000);
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({
      unseenEnd: 'unknown',
      message: expect.stringMatching(/it may still run$/),
      closedAt: expect.any(Number),
    });
  });

  it('says that the machine was restarted where it was', async () => {
    supervise({bootedAt: SUBMITTED_AT + 1});
    await machine.pass(5000);
    await takeOver(RUNNING, {wrapperPid: 42, state: RUNNING});
    const state = machine.rows.get(keyOfText('a'))?.state;
    expect(state).toMatchObject({
      message: expect.stringContaining('the machine was restarted'),
      unseenEnd: [RUNNING.startedAt, SUBMITTED_AT + 1],
    });
  });

  it('calls one crashed whose directory is gone', async () => {
    machine.findings.set('a', {spec: undefined});
    supervisor.takeOver(row('a', {status: 'queued'}));
    await machine.settle();
    const state = machine.rows.get(keyOfText('a'))?.state;
    expect(state).toMatchObject({
      status: 'crashed',
      message: expect.stringContaining('its directory is gone'),
    });
  });

  it('lingers on for one that is finished but not closed, from when it ended, and records what comes', async () => {
    machine.leftovers = new Set(['a']);
    await takeOver(RUNNING, {exitCode: 3, state: ENDED});
    expect(done()).toEqual(['row a failed', 'follow a']);
    await machine.pass(8999);
    expect(done()).toEqual([]);
    await machine.pass(1);
    expect(done().slice(0, 2)).toEqual(['drain a', 'journal a closed left_open late']);
  });

  it('only stores the row of one that is closed already, and clears its spool', async () => {
    await takeOver(RUNNING, {state: {...ENDED, closedAt: SUBMITTED_AT}});
    expect(done()).toEqual(['close a', 'discard a', 'row a failed closed']);
    expect(idles).toBe(1);
  });

  it('leaves alone what it looks after already', async () => {
    await takeOver(RUNNING, {alive: true, state: RUNNING});
    supervisor.takeOver(row('a', RUNNING));
    enqueue('b');
    supervisor.takeOver(row('b', {status: 'queued'}));
    await machine.settle();
    expect(done().filter(each => /^(adopt|start)/.test(each))).toEqual(['adopt a', 'start b']);
  });
});

describe('a failure of the coordinator itself', () => {
  const RUNNING = {status: 'running', startedAt: 1, pid: 42} as const satisfies JobState;

  it('while a job is taken over does not keep it from the others, and is tried again', async () => {
    machine.failNext('inspect', 'spec.json can be read by others');
    machine.findings.set('a', {alive: true, state: RUNNING});
    supervisor.takeOver(row('a', RUNNING));
    supervisor.takeOver(row('b', {status: 'queued'}));
    await machine.settle();
    expect(done()).toContain('start b');
    expect(machine.reports).toEqual(['looking after a: Error: spec.json can be read by others']);
    expect(supervisor.counts.open).toBe(2);
    await machine.pass(5000);
    expect(done()).toContain('adopt a');
  });

  it('while a job is adopted leads to another try', async () => {
    machine.failNext('adopt', 'EMFILE');
    machine.findings.set('a', {alive: true, state: RUNNING});
    supervisor.takeOver(row('a', RUNNING));
    await machine.settle();
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 1});
    await machine.pass(5000);
    expect(done()).toEqual([
      'adopt a',
      'close a',
      'adopt a',
      'journal a adopted late',
      'row a running',
      'follow a',
      'progress a',
    ]);
  });

  it('at the end of a job leads to another try, and the end is not lost', async () => {
    enqueue('a');
    await machine.settle();
    machine.failNext('exit', 'EMFILE');
    machine.findings.set('a', {wrapperPid: 100, exitCode: 5, state: RUNNING});
    let heard = false;
    supervisor.over.add(keyText(keyOf(specOf({name: 'a'}))), () => {
      heard = true;
    });
    machine.end('a', 5);
    await machine.settle();
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 1});
    await machine.pass(5000);
    expect(machine.rows.get(keyOfText('a'))?.state).toMatchObject({status: 'failed', exitCode: 5});
    expect(heard).toBe(true);
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
  });

  it('after a job was started does not run it twice', async () => {
    machine.failNext('put', 'the database is damaged');
    machine.findings.set('a', {alive: true, state: RUNNING});
    enqueue('a');
    await machine.settle();
    await machine.pass(5000);
    expect(done().filter(each => /^(adopt|start)/.test(each))).toEqual(['start a', 'adopt a']);
  });
});

describe('a supervisor that is stopped', () => {
  it('writes and starts nothing any more', async () => {
    supervise({parallel: 1});
    enqueue('a', 'b');
    await machine.settle();
    done();
    supervisor.stop();
    expect(done()).toEqual(['close a']);
    machine.end('a', 0);
    await machine.pass(60_000);
    expect(done()).toEqual([]);
  });

  it('does not wait for those who linger', async () => {
    machine.leftovers = new Set(['a']);
    enqueue('a');
    await machine.settle();
    machine.end('a', 0);
    await machine.settle();
    supervisor.stop();
    done();
    await machine.pass(60_000);
    expect(done()).toEqual([]);
  });
});

function row(name: string, state: JobState): Job {
  return {spec: specOf({name, command: []}), state};
}

describe('a job of another place', () => {
  const BESIDE = {...SPACE, pid_ns: 8};
  const ELSEWHERE = {...SPACE, host: 'bakery', boot_id: 'b2'};
  const running = (space: ProcessSpace) => ({status: 'running', startedAt: 1, pid: 42, space}) as const;
  const key = keyOf(specOf({name: 'a'}));

  async function find(space: ProcessSpace, found: Partial<JobFindings>): Promise<void> {
    machine.findings.set('a', {space, state: running(space), hasFifo: true, ...found});
    supervisor.takeOver({spec: specOf({name: 'a'}), state: running(space)});
    await machine.settle();
  }

  it.each([
    ['in a namespace beside', BESIDE, {alive: true}],
    ['on another host', ELSEWHERE, {}],
    ['on another host that has written its code', ELSEWHERE, {exitCode: 0, wrapperPid: 42}],
  ])('%s is not touched and not counted, and cancelling it says where it runs', async (_, space, found) => {
    await find(space, found);
    expect(supervisor.counts).toEqual({queued: 0, running: 0, open: 0});
    expect(supervisor.jobs).toEqual([]);
    expect(supervisor.leftJobs).toMatchObject([{space, job: {spec: {name: 'a'}}}]);
    await expect(supervisor.cancel(key, 0)).rejects.toMatchObject({code: 'RUNS_ELSEWHERE', details: space});
    await machine.pass(100_000);
    expect(done()).toEqual([]);
  });

  it('in a namespace beside is finished at its end, and none of its processes are looked for', async () => {
    await find(BESIDE, {alive: true, wrapperPid: 42});
    machine.findings.set('a', {space: BESIDE, state: running(BESIDE), wrapperPid: 42, exitCode: 3});
    machine.end('a', 3);
    await machine.settle();
    expect(supervisor.leftJobs).toEqual([]);
    expect(done()).toEqual(['drain a', 'journal a finished 3 late', 'row a failed', 'follow a']);
    await machine.pass(10_000);
    expect(done()).toContain('journal a closed left_open late');
    expect(machine.looks).toEqual([]);
  });

  it('in a namespace beside is recorded with that namespace, and nothing of it is killed when it was to end', async () => {
    machine.survivors.add('a');
    const state: JobState = {...running(BESIDE), status: 'cancelling', since: 1, killAt: 2};
    machine.exits.set('a', {code: 143, atMs: machine.now});
    machine.findings.set('a', {space: BESIDE, state, wrapperPid: 42, exitCode: 143});
    supervisor.takeOver({spec: specOf({name: 'a'}), state});
    await machine.pass(20_000);
    expect(done().filter(what => /TERM|KILL/.test(what))).toEqual([]);
    expect(machine.rows.get(keyText(key))?.state).toMatchObject({status: 'cancelled', space: BESIDE});
  });

  it('is looked at again whenever somebody asks for it: a person may have given it up', async () => {
    await find(ELSEWHERE, {});
    expect(supervisor.findLeft(key)).toMatchObject({whereabouts: 'elsewhere'});
    machine.findings.set('a', {space: ELSEWHERE, state: running(ELSEWHERE), hasFifo: false});
    expect(supervisor.findLeft(key)).toBeUndefined();
    await machine.pass(20_000);
    expect(machine.rows.get(keyText(key))?.state).toMatchObject({
      status: 'crashed',
      message: expect.stringContaining('was given up'),
    });
  });

  it('that nobody recorded counts as one of this place', async () => {
    machine.findings.set('a', {alive: true, hasFifo: true, wrapperPid: 42});
    supervisor.takeOver(queuedJob({name: 'a'}));
    await machine.settle();
    expect(done()).toContain('adopt a');
  });
});

function keyOfText(name: string): string {
  const {repo, invocation, attempt} = keyOf(specOf());
  return `${repo}/${invocation}/${attempt}/${name}`;
}
