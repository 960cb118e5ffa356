import {chmodSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import type {RepoId} from '../../base/index.ts';
import {systemClock} from '../../platform/index.ts';
import {JobPlace} from '../adapters/testing/job-place.ts';
import {type JobState, nextState} from '../domain/index.ts';
import {REPO, SUBMITTED_AT} from '../domain/testing/sample-jobs.ts';
import {isUnfinished, JobReader, type ListedJob} from './job-reader.ts';
import {reposOf, reposWithInvocation} from './repos-on-disk.ts';

/** What a coordinator does while a reader is about to look into the journal, and right after it did. */
const meanwhile = vi.hoisted(() => ({before: () => undefined as unknown, after: () => undefined as unknown}));
vi.mock('../adapters/directory/journal-state.ts', async importOriginal => {
  const original = await importOriginal<typeof import('../adapters/directory/journal-state.ts')>();
  return {
    ...original,
    foldJournal: (...args: Parameters<typeof original.foldJournal>) => {
      meanwhile.before();
      const folded = original.foldJournal(...args);
      meanwhile.after();
      return folded;
    },
  };
});

const QUEUED: JobState = {status: 'queued'};
const RUNNING: JobState = {status: 'running', startedAt: SUBMITTED_AT + 1000, pid: 42};
const STARTED = {event: 'started', pid: 42} as const;
const FAILED = {event: 'finished', exit_code: 3} as const;

let place: JobPlace;
let open: JobReader | undefined;
beforeEach(() => {
  place = new JobPlace();
  meanwhile.before = () => undefined;
  meanwhile.after = () => undefined;
});
afterEach(() => {
  open?.close();
  open = undefined;
  place.remove();
});

function reader(bootedAt = 0): JobReader {
  // The boot time is what the clock says less the uptime: a clock far back lets the machine be booted long ago.
  const clock = bootedAt === 0 ? {now: () => 0} : {now: () => systemClock.now() + bootedAt};
  open = JobReader.open(place.state, REPO, clock);
  if (open === undefined) throw new Error('there is no database');
  return open;
}

function only(jobs: readonly ListedJob[]): ListedJob {
  expect(jobs).toHaveLength(1);
  return jobs[0] as ListedJob;
}

function presentState(bootedAt = 0): JobState {
  return only(reader(bootedAt).list('all')).state;
}

describe('what a job is now', () => {
  it('is what the row says once it is closed, without a look at its directory', () => {
    rmSync(place.directory, {recursive: true});
    const closed = {...RUNNING, status: 'failed', finishedAt: 5, exitCode: 3, closedAt: 6} as const;
    place.store(closed, 77);
    const job = only(reader().list('all'));
    expect(job.state).toEqual(closed);
    expect(job.sizeBytes).toBe(77);
    expect(isUnfinished(job)).toBe(false);
  });

  it('is queued while nothing was started', () => {
    place.store(QUEUED);
    expect(presentState()).toEqual(QUEUED);
  });

  it('is queued also after the machine was restarted', () => {
    place.store(QUEUED);
    expect(presentState(1)).toEqual(QUEUED);
  });

  it('is running while its wrapper lives', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    place.hold();
    expect(presentState()).toEqual(RUNNING);
  });

  it('is running where only its wrapper knows', () => {
    place.store(QUEUED);
    place.hold();
    place.writeNumber('pid', 43);
    expect(presentState()).toEqual({
      status: 'running',
      startedAt: Math.round(statSync(place.path('pid')).mtimeMs),
      pid: 43,
    });
  });

  it('has ended with a code that nobody recorded yet, when the code was written', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    place.writeNumber('pid', 42);
    place.writeNumber('exit', 3);
    const ended = new Date(SUBMITTED_AT + 60_000);
    utimesSync(place.path('exit'), ended, ended);
    expect(presentState(1)).toEqual({
      status: 'failed',
      startedAt: SUBMITTED_AT + 1000,
      pid: 42,
      exitCode: 3,
      finishedAt: SUBMITTED_AT + 60_000,
      tookMs: 59_000,
    });
  });

  it('has ended where no start was recorded either', () => {
    place.store(QUEUED);
    place.writeNumber('pid', 42);
    place.writeNumber('exit', 0);
    expect(presentState()).toMatchObject({status: 'completed', exitCode: 0});
  });

  it('has crashed when the row says running and nothing runs', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    place.writeNumber('pid', 42);
    place.write('exit', '4'.padEnd(31));
    const state = presentState();
    expect(state).toMatchObject({
      status: 'crashed',
      startedAt: SUBMITTED_AT + 1000,
      message: expect.stringContaining('its wrapper was killed'),
    });
    expect(state).toMatchObject({unseenEnd: 'unknown'});
    expect(state).not.toHaveProperty('exitCode');
    expect(state).not.toHaveProperty('tookMs');
  });

  it('has crashed by a restart of the machine, some time before that', () => {
    place.store(RUNNING);
    place.journal(STARTED, {event: 'adopted', pid: 42});
    const state = presentState(1);
    expect(state).toMatchObject({
      message: expect.stringContaining('the machine was restarted'),
      unseenEnd: [SUBMITTED_AT + 2000, expect.any(Number)],
    });
    expect(state).not.toHaveProperty('tookMs');
  });

  it('has ended between the moments that its log tells, which its row does not hold', () => {
    const bounds = [SUBMITTED_AT + 1500, SUBMITTED_AT + 1800] as const;
    const crashed = {event: 'crashed', message: 'lost', took_ms: null, ended_between_ms: bounds} as const;
    const ended = nextState(RUNNING, {ts: SUBMITTED_AT + 2000, data: crashed});
    const closed = nextState(ended, {ts: SUBMITTED_AT + 3000, data: {event: 'closed'}});
    place.store(closed);
    expect(presentState()).toMatchObject({status: 'crashed', unseenEnd: 'unknown'});
    place.journal(STARTED, crashed, {event: 'closed'});
    expect(presentState()).toEqual(closed);
  });

  it('has crashed when its directory is gone', () => {
    place.store(RUNNING);
    rmSync(place.directory, {recursive: true});
    expect(presentState()).toMatchObject({
      status: 'crashed',
      message: expect.stringContaining('its directory is gone'),
    });
  });

  it('is what the journal says where the row is behind', () => {
    place.store(RUNNING);
    place.journal(STARTED, FAILED);
    expect(presentState()).toEqual({
      ...RUNNING,
      status: 'failed',
      exitCode: 3,
      finishedAt: SUBMITTED_AT + 2000,
      tookMs: 1000,
    });
    place.journal({event: 'closed'});
    const job = only(reader().list('all'));
    expect(job.state).toMatchObject({status: 'failed', closedAt: SUBMITTED_AT + 3000});
    expect(isUnfinished(job)).toBe(true);
  });

  it('is no crash when the coordinator closes it between two looks', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    place.writeNumber('pid', 42);
    place.writeNumber('exit', 3);
    meanwhile.after = () => {
      meanwhile.after = () => undefined;
      place.journal(FAILED, {event: 'closed'});
      for (const file of ['pid', 'exit'] as const) rmSync(place.path(file));
    };
    expect(presentState()).toMatchObject({status: 'failed', exitCode: 3});
  });

  it('is no crash when the coordinator starts it between two looks', () => {
    place.store(QUEUED);
    meanwhile.before = () => {
      meanwhile.before = () => undefined;
      place.hold();
      place.writeNumber('pid', 42);
      place.journal(STARTED);
    };
    expect(presentState()).toEqual(RUNNING);
  });

  it('is not told from a file that others may read, but why', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    chmodSync(place.path('journal'), 0o644);
    expect(only(reader().list(10))).toMatchObject({
      name: 'npm',
      unreadable: expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}),
    });
  });
});

describe('a listed job', () => {
  it('comes with its place and the size of its journal', () => {
    place.store(RUNNING);
    place.journal(STARTED);
    place.hold();
    const size = statSync(place.path('journal')).size;
    writeFileSync(join(place.directory, 'output-000001.jsonl'), 'x'.repeat(10), {mode: 0o600});
    expect(only(reader().list(10))).toMatchObject({
      repo: REPO,
      invocation: '3fa9c1d2e4b5',
      name: 'npm',
      attempt: 1,
      worktree: '/work/app',
      branch: 'main',
      sizeBytes: size + 10,
      directory: place.directory,
      journal: place.path('journal'),
    });
  });
});

describe('repositories', () => {
  it('are those that have a directory of their own', () => {
    expect(reposOf(place.state)).toEqual([REPO]);
    mkdirSync(join(place.state, 'repos', 'lost+found'));
    expect(reposOf(place.state)).toEqual([REPO]);
    expect(reposOf(join(place.state, 'nothing'))).toEqual([]);
  });

  it('are found by the beginning of an invocation', () => {
    expect(reposWithInvocation(place.state, '3fa9')).toEqual([REPO]);
    expect(reposWithInvocation(place.state, '3fb')).toEqual([]);
    const other = 'ffffffffffffffff' as RepoId;
    mkdirSync(join(place.state, 'repos', other, 'jobs', '3fa900000000'), {recursive: true});
    expect(reposWithInvocation(place.state, '3fa9').sort()).toEqual([REPO, other]);
  });

  it('without a database have nothing to read', () => {
    expect(JobReader.open(place.state, REPO, systemClock)).toBeUndefined();
  });
});
