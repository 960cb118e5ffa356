import {getEventListeners} from 'node:events';
import {readFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {keyText, type ProcessSpace} from '../../../base/index.ts';
import {packageVersion, processSpace} from '../../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {readParallel} from '../../adapters/index.ts';
import {type Job, keyOf} from '../../domain/index.ts';
import {queuedJob} from '../../domain/testing/sample-jobs.ts';
import type {Routes} from '../../server/index.ts';
import type {LeftJob} from '../../usecases/index.ts';
import {Listeners} from '../../usecases/listeners.ts';
import type {Coordinator} from '../build.ts';
import {Diagnostics} from '../diagnostics.ts';
import {buildRoutes} from './routes.ts';

const RUNNING: Job = {...queuedJob(), state: {status: 'running', startedAt: 1, pid: 42}};
const ENDED: Job = {
  ...queuedJob({name: 'ended'}),
  state: {status: 'failed', startedAt: 1, pid: 42, finishedAt: 2, exitCode: 3},
};
const KEY = keyOf(RUNNING.spec);

let directory: TemporaryDirectory;
let routes: Routes;
let over: Listeners<Job>;
let log: Diagnostics;
let supervisor: {
  queue: {parallel: number};
  over: Listeners<Job>;
  counts: object;
  endings: {underWay: object[]};
  findLeft: () => LeftJob | undefined;
  isGone: () => boolean;
  run: () => undefined;
};
let left: LeftJob[];
let startedIn: ProcessSpace | undefined;
const end = vi.fn(async () => ({ended: [], left: []}));

beforeEach(() => {
  directory = temporaryDirectory();
  over = new Listeners();
  const jobs = new Map([RUNNING, ENDED].map(job => [keyText(keyOf(job.spec)), job]));
  left = [];
  startedIn = undefined;
  end.mockClear();
  supervisor = {
    queue: {parallel: 4},
    over,
    counts: {queued: 1, running: 2, open: 3},
    endings: {underWay: [{}]},
    findLeft: () => left[0],
    isGone: () => true,
    run: () => undefined,
  };
  const clock = {now: () => 1767225600000};
  log = new Diagnostics(directory.at('coordinator.log'), clock);
  routes = buildRoutes({
    state: directory.path,
    clock,
    log,
    coordinator: {
      find: (key: typeof KEY) => jobs.get(keyText(key)),
      supervisor,
      leftovers: {count: 0, end},
      startedIn: () => startedIn,
    } as unknown as Coordinator,
    server: () => ({connections: 5, unreadBytes: 6}),
    leave: () => undefined,
  });
});
afterEach(() => directory.remove());

describe('Wait', () => {
  it('answers for a job that has ended, at once', async () => {
    const {signal} = new AbortController();
    expect(await routes.Wait({job: keyOf(ENDED.spec)}, signal)).toMatchObject({
      status: 'failed',
      exit_code: 3,
    });
  });

  it('answers when the job ends, and keeps nothing of the request', async () => {
    const {signal} = new AbortController();
    const answer = routes.Wait({job: KEY}, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    over.tellOnce(keyText(KEY), {...RUNNING, state: {status: 'completed', finishedAt: 2, exitCode: 0}});
    expect(await answer).toEqual({
      name: 'npm',
      invocation: '3fa9c1d2e4b5',
      attempt: 1,
      status: 'completed',
      exit_code: 0,
      message: null,
    });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('says where a job of another machine runs, instead of waiting for what nobody here can see', async () => {
    const {signal} = new AbortController();
    const space = {host: 'bakery', boot_id: 'b2', pid_ns: 7};
    left = [{job: RUNNING, space, whereabouts: 'elsewhere'}];
    await expect(routes.Wait({job: KEY}, signal)).rejects.toMatchObject({
      code: 'RUNS_ELSEWHERE',
      message: 'Nothing can be done about npm from here: it runs on host bakery.',
      details: space,
    });
  });

  it('forgets who asked when the connection ends', async () => {
    const controller = new AbortController();
    let answered = false;
    void Promise.resolve(routes.Wait({job: KEY}, controller.signal)).then(() => {
      answered = true;
    });
    controller.abort();
    over.tellOnce(keyText(KEY), RUNNING);
    await Promise.resolve();
    expect(answered).toBe(false);
  });

  it('says that there is no such job', async () => {
    const {signal} = new AbortController();
    await expect(routes.Wait({job: {...KEY, name: 'other'}}, signal)).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
      message: 'There is no job 3fa9c1d2e4b5:other.',
    });
  });
});

describe('the state of the coordinator', () => {
  it('tells version, counts and what does not work', async () => {
    log.trouble('recording output', new Error('no room'));
    const {signal} = new AbortController();
    const trouble = {what: 'recording output', message: 'no room', at_ms: 1767225600000};
    expect(await routes.Health({}, signal)).toMatchObject({
      version: packageVersion(),
      pid: process.pid,
      parallel: 4,
      queued: 1,
      running: 2,
      open: 3,
      connections: 5,
      unread_bytes: 6,
      troubles: [trouble],
      last_errors: [trouble],
    });
    log.trouble('recording output', undefined);
    expect(await routes.Health({}, signal)).toMatchObject({troubles: [], last_errors: [trouble]});
  });
});

describe('SetParallel', () => {
  it('counts at once, and for every coordinator to come', async () => {
    await routes.SetParallel({parallel: 9}, new AbortController().signal);
    expect(supervisor.queue.parallel).toBe(9);
    expect(readParallel(directory.path)).toBe(9);
    expect(readFileSync(directory.at('settings.json'), 'utf8')).toBe('{"parallel":9}\n');
  });
});

describe('ending what a job left behind', () => {
  const endLeftovers = async (job: Job) =>
    routes.EndLeftovers({job: keyOf(job.spec), grace_ms: 10}, new AbortController().signal);

  it('is done for one that has ended', async () => {
    expect(await endLeftovers(ENDED)).toEqual({ended: []});
    expect(end).toHaveBeenCalledWith(ENDED, undefined, 10);
  });

  it('is refused for one that has not ended', async () => {
    await expect(endLeftovers(RUNNING)).rejects.toMatchObject({code: 'BAD_REQUEST'});
    expect(end).not.toHaveBeenCalled();
  });

  it.each([
    ['another pid namespace', {...processSpace(), pid_ns: 1}],
    ['another host', {host: 'bakery', boot_id: 'b', pid_ns: 1}],
  ])('is refused for one that ran in %s, where its pids are those of others', async (_where, space) => {
    startedIn = space;
    await expect(endLeftovers(ENDED)).rejects.toMatchObject({code: 'RUNS_ELSEWHERE'});
    expect(end).not.toHaveBeenCalled();
  });
});
