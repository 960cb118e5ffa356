import {beforeEach, describe, expect, it} from 'vitest';

import type {Job, Remains} from '../../domain/index.ts';
import {specOf} from '../../domain/testing/sample-jobs.ts';
import {FakeMachine} from '../testing/fakes.ts';
import {EndLeftovers} from './end-leftovers.ts';

const JOB: Job = {
  spec: specOf(),
  state: {status: 'completed', exitCode: 0, startedAt: 1, pid: 5, finishedAt: 2, closedAt: 3},
};
const LEFT = {pid: 4242, command: 'sleep', reason: 'still_there'} as const;
const OTHERS = {pid: 4243, command: 'sudo', reason: 'not_permitted'} as const;

let machine: FakeMachine;
let leftovers: EndLeftovers;
let remains: Remains;
let done: string[];

beforeEach(() => {
  machine = new FakeMachine();
  remains = {left: [LEFT]};
  done = [];
  leftovers = new EndLeftovers({
    timer: machine.options.timer,
    report: () => undefined,
    note: (_what, {job, signal, pids}) => void done.push(`note ${job} ${signal} ${pids}`),
    runner: {
      remains: async () => remains,
      terminateLeftovers: async (_target, tell) => {
        await tell({processes: [{pid: LEFT.pid}], refused: []});
        done.push('TERM');
        return true;
      },
      kill: async (_target, tell) => {
        await tell({processes: [{pid: LEFT.pid}], refused: []});
        done.push('KILL');
        return remains;
      },
    },
  });
});

describe('what a job left behind', () => {
  it('gets nothing when it is gone already', async () => {
    remains = {left: []};
    expect(await leftovers.end(JOB, undefined, 1000)).toEqual({ended: [], left: []});
    expect(done).toEqual([]);
  });

  it('gets TERM, which is noted first, and no KILL when it ends in time', async () => {
    const ended = leftovers.end(JOB, undefined, 1000);
    await machine.settle();
    remains = {left: []};
    await machine.pass(20);
    expect(await ended).toEqual({ended: [{pid: 4242, command: 'sleep'}], left: []});
    expect(done).toEqual(['note 3fa9c1d2e4b5:npm SIGTERM 4242', 'TERM']);
    expect(leftovers.count).toBe(0);
  });

  it('gets KILL when the grace time is over, not before, and what is left then is told', async () => {
    const ended = leftovers.end(JOB, undefined, 1000);
    await machine.pass(999);
    expect(done).not.toContain('KILL');
    await machine.pass(1);
    expect(await ended).toEqual({ended: [], left: [LEFT]});
    expect(done.slice(2)).toEqual(['note 3fa9c1d2e4b5:npm SIGKILL 4242', 'KILL']);
  });

  it('is not waited for when it may not be signalled', async () => {
    remains = {left: [OTHERS]};
    expect(await leftovers.end(JOB, undefined, 1000)).toEqual({ended: [], left: [OTHERS]});
    expect(done).not.toContain('KILL');
  });

  it('gets one TERM from two wishes at once, and KILL at the time of the shorter one', async () => {
    const first = leftovers.end(JOB, undefined, 60_000);
    await machine.settle();
    const second = leftovers.end(JOB, undefined, 100);
    const settled = leftovers.settled();
    expect(leftovers.count).toBe(1);
    await machine.pass(1000);
    expect(await second).toEqual(await first);
    expect(await settled).toEqual([LEFT]);
    expect(done.filter(each => each === 'TERM' || each === 'KILL')).toEqual(['TERM', 'KILL']);
  });
});
