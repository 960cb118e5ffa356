import {beforeEach, describe, expect, it} from 'vitest';

import type {JobProgress, JobSpec, JobState} from '../../domain/index.ts';
import {keyOf} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';
import {SHORT_JOB_MS} from './progress-watch.ts';

const STALL_AFTER_MS = 60_000;
const IN_EMBED: JobProgress = {
  phase: 'embed',
  open: {batchIndex: 3, since: 0},
  expected: [],
  waiting: null,
  outcome: 'running',
  rowsProcessed: 1,
  rowsTotal: 100,
  rowsPhase: 'embed',
};

let machine: FakeMachine;
let supervisor: Supervisor;
beforeEach(() => {
  machine = new FakeMachine();
  supervisor = new Supervisor(machine.options, () => undefined);
});

function specFor(changes: Partial<JobSpec>): Partial<JobSpec> {
  return {name: 'a', stallAfterMs: STALL_AFTER_MS, ...changes};
}

/** Starts a job and lets it run for so long that it is followed. */
async function followed(changes: Partial<JobSpec> = {}): Promise<void> {
  supervisor.enqueue([queuedJob(specFor(changes))]);
  await machine.pass(SHORT_JOB_MS);
  machine.done.length = 0;
}

/** Takes over a job that an earlier coordinator found stalled. */
async function adopted(changes: Partial<JobSpec>): Promise<void> {
  const spec = specOf(specFor(changes));
  const stalled = {since: machine.now - 1000, phase: 'embed'};
  const state: JobState = {status: 'running', startedAt: 1, pid: 77, stalled};
  machine.findings.set('a', {spec, alive: true, wrapperPid: 77, state});
  supervisor.takeOver({spec: queuedJob(specFor(changes)).spec, state});
  await machine.settle();
  machine.done.length = 0;
}

/** What reports for the job. It is kept: a follower may go on for as long as it is being closed. */
function reporter(): (progress?: Partial<JobProgress>) => void {
  const hear = machine.reporters.get('a');
  if (hear === undefined) throw new Error('the job is not followed');
  return progress => hear({progress: {...IN_EMBED, ...progress}, changedAt: machine.now, gotOn: true});
}

function report(progress?: Partial<JobProgress>): void {
  reporter()(progress);
}

const told = () => machine.done.filter(each => each.startsWith('tell '));
const did = () => machine.done.filter(each => /^(journal|notify|TERM)/.test(each));
const state = () => supervisor.find(keyOf(specOf({name: 'a'})))?.state;

describe('a job that is stalled', () => {
  it('is on record, and somebody is told where it stands', async () => {
    await followed();
    report({open: {batchIndex: 3, since: machine.now}});
    await machine.pass(STALL_AFTER_MS);
    expect(did()).toEqual([
      'notify a a is stalled: nothing moved for 60 s, in embed (batch 3), which is open for 60 s',
      'journal a stalled',
    ]);
    expect([...machine.rows.values()][0]?.state).toMatchObject({
      status: 'running',
      stalled: {since: machine.now, phase: 'embed', batchIndex: 3},
    });
  });

  it('is only on record where nothing is to be done about it', async () => {
    await followed({onStall: 'none'});
    report();
    await machine.pass(STALL_AFTER_MS);
    expect(did()).toEqual(['journal a stalled']);
  });

  it('is ended where that is wanted, and its end says why', async () => {
    await followed({onStall: 'cancel'});
    report({open: null});
    await machine.pass(STALL_AFTER_MS);
    expect(did()).toEqual(['journal a stalled', 'journal a cancelling', 'journal a signaled', 'TERM a 100']);
    machine.end('a', 143);
    await machine.settle();
    expect([...machine.rows.values()][0]?.state).toMatchObject({
      status: 'cancelled',
      message: 'it was stalled: nothing moved for 60 s, between two phases',
    });
  });

  it('is told of once, until it has moved', async () => {
    await followed();
    report();
    await machine.pass(10 * STALL_AFTER_MS);
    report();
    await machine.pass(STALL_AFTER_MS);
    expect(did().map(each => each.split(' ').slice(0, 3).join(' '))).toEqual([
      'notify a a',
      'journal a stalled',
      'journal a resumed',
      'notify a a',
      'journal a stalled',
    ]);
  });

  it('is not called so once somebody wants it to end', async () => {
    await followed();
    report();
    await supervisor.cancel(keyOf(specOf({name: 'a'})), 10 * STALL_AFTER_MS);
    await machine.pass(2 * STALL_AFTER_MS);
    expect(did()).not.toContain('journal a stalled');
    expect(state()).not.toHaveProperty('stalled');
  });

  it('and prints is so no more', async () => {
    let prints: () => void = () => undefined;
    const {openRecorder} = machine.options;
    supervisor = new Supervisor(
      {
        ...machine.options,
        openRecorder: (spec, options) => {
          prints = options.onOutput;
          return openRecorder(spec, options);
        },
      },
      () => undefined,
    );
    await followed();
    report();
    await machine.pass(STALL_AFTER_MS);
    prints();
    await machine.settle();
    expect(state()).toHaveProperty('stalled'); // it said the same once more
    machine.options.progress.output = () => ({bytes: [7, 0], isNew: true});
    prints();
    await machine.settle();
    expect(state()).not.toHaveProperty('stalled');
    expect(did().at(-1)).toBe('journal a resumed');
  });
});

describe('a job that an earlier coordinator found stalled', () => {
  it('and had no time to end is ended when it still does not move', async () => {
    await adopted({onStall: 'cancel'});
    machine.reporters.get('a')?.({
      progress: IN_EMBED,
      changedAt: machine.now - STALL_AFTER_MS,
      gotOn: false,
    });
    await machine.pass(STALL_AFTER_MS - 1);
    expect(did()).toEqual([]);
    await machine.pass(1);
    expect(did().slice(0, 3)).toEqual(['journal a cancelling late', 'journal a signaled late', 'TERM a 77']);
    expect(state()).toMatchObject({reason: 'it was stalled: nothing moved for 121 s, in embed'});
  });

  it('is not ended once it has moved for a moment, unless it is stalled anew', async () => {
    await adopted({onStall: 'cancel'});
    await machine.pass(STALL_AFTER_MS - 1000);
    report();
    await machine.pass(STALL_AFTER_MS - 1000);
    expect(did()).toEqual(['journal a resumed late']);
    await machine.pass(1000);
    expect(did().slice(1)).toEqual([
      'journal a stalled late',
      'journal a cancelling late',
      'journal a signaled late',
      'TERM a 77',
    ]);
  });

  it('and ended before it could be ended is left alone', async () => {
    await adopted({onStall: 'cancel'});
    machine.end('a', 0);
    await machine.pass(2 * STALL_AFTER_MS);
    expect(did().join()).not.toMatch(/cancel|TERM/);
  });

  it('is not ended while something changes that may be work', async () => {
    await adopted({onStall: 'cancel'});
    const hear = machine.reporters.get('a');
    for (let time = 0; time < 4; time++) {
      await machine.pass(STALL_AFTER_MS / 2);
      hear?.({progress: IN_EMBED, changedAt: machine.now, gotOn: false});
    }
    expect(did()).toEqual([]);
    await machine.pass(2 * STALL_AFTER_MS);
    expect(did()).toContain('TERM a 77');
  });

  it('is not ended when it moved', async () => {
    await adopted({onStall: 'cancel'});
    for (let time = 0; time < 4; time++) {
      report({rowsProcessed: time});
      await machine.pass(STALL_AFTER_MS / 2);
    }
    expect(did()).toEqual(['journal a resumed late']);
  });

  it('is not told of again', async () => {
    await adopted({onStall: 'notify'});
    await machine.pass(3 * STALL_AFTER_MS);
    expect(did()).toEqual([]);
  });
});

describe('a job whose work is complete and whose process goes on', () => {
  const COMPLETE = {phase: 'complete', open: null, outcome: 'complete'} as const;

  it('is ended after the time that is set for that, and its end says why', async () => {
    await followed({onCompleteMs: 5000});
    report(COMPLETE);
    const since = new Date(machine.now).toISOString();
    await machine.pass(4999);
    expect(did()).toEqual([]);
    await machine.pass(1);
    expect(did()).toEqual(['journal a cancelling', 'journal a signaled', 'TERM a 100']);
    expect(state()).toMatchObject({reason: `its work was complete since ${since}`});
  });

  it('is left alone otherwise, and when somebody else ends it', async () => {
    await followed();
    report(COMPLETE);
    await machine.pass(10 * STALL_AFTER_MS);
    expect(did()).toEqual([]);
  });
});

describe('what a job reports', () => {
  it('is told at once when a phase begins or ends', async () => {
    await followed();
    report();
    report({phase: 'write'});
    report({phase: 'write', open: null});
    expect(told()).toEqual(['tell a embed', 'tell a write', 'tell a write']);
  });

  it('is told at most once a second where only numbers grow, the last of them too', async () => {
    await followed();
    for (let rows = 0; rows < 40; rows++) {
      report({rowsProcessed: rows});
      await machine.pass(100);
    }
    expect(told().length).toBeLessThanOrEqual(5);
    await machine.pass(1000);
    const before = told().length;
    expect(supervisor.find(keyOf(specOf({name: 'a'})))?.progress?.rowsProcessed).toBe(39);
    await machine.pass(10_000);
    expect(told()).toHaveLength(before);
  });

  it('is told no more once the job is closed', async () => {
    await followed();
    report();
    report({rowsProcessed: 2});
    const late = reporter();
    machine.end('a', 0);
    await machine.settle();
    machine.done.length = 0;
    late({rowsProcessed: 3});
    late({phase: 'write'});
    await machine.pass(10 * STALL_AFTER_MS);
    expect(machine.done).toEqual([]);
  });

  it('is told no more once this coordinator has stopped, and nothing is done about the job', async () => {
    await followed({onStall: 'cancel'});
    report();
    report({rowsProcessed: 2});
    const late = reporter();
    supervisor.stop();
    machine.done.length = 0;
    late({phase: 'write'});
    await machine.pass(10 * STALL_AFTER_MS);
    expect(machine.done).toEqual([]);
  });

  it('does not keep the job from being closed when it cannot be read', async () => {
    machine.options.progress.summary = async () => {
      throw new Error('EACCES');
    };
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    machine.end('a', 0);
    await machine.settle();
    expect(machine.reports).toEqual(['reading the progress of a: Error: EACCES']);
    expect(supervisor.counts.open).toBe(0);
  });
});

describe('a short job', () => {
  it('is never followed', async () => {
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.pass(SHORT_JOB_MS - 1);
    machine.end('a', 0);
    await machine.pass(1000);
    expect(machine.done.filter(each => /^(follow|progress)/.test(each))).toEqual([]);
  });

  it('is not followed by a coordinator that stopped meanwhile', async () => {
    supervisor.enqueue([queuedJob({name: 'a'})]);
    await machine.settle();
    supervisor.stop();
    await machine.pass(1000);
    expect(machine.done.filter(each => /^(follow|progress)/.test(each))).toEqual([]);
  });
});
