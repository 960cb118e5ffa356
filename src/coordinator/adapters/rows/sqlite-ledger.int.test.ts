import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import type {InvocationId, RepoId} from '../../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import type {Connection} from '../../../store/index.ts';
import {firstValue, openDatabase} from '../../../store/testing/open-database.ts';
import {type Job, type JobState, type JobSummary, keyOf} from '../../domain/index.ts';
import {invocationOf, queuedJob, REPO, specOf} from '../../domain/testing/sample-jobs.ts';
import {jobDirectories} from '../directory/job-directories.ts';
import {databasePath, JOB_FILES, jobPath, unfinishedMarkPath} from '../directory/job-paths.ts';
import {SqliteLedger} from './sqlite-ledger.ts';

/** Every connection that the ledger opened, to make a full disk of it. */
const connections = vi.hoisted((): Connection[] => []);
vi.mock('../../../store/index.ts', async importOriginal => {
  const original = await importOriginal<typeof import('../../../store/index.ts')>();
  return {
    ...original,
    openForWriting: (...args: Parameters<typeof original.openForWriting>) => {
      const db = original.openForWriting(...args);
      connections.push(db);
      return db;
    },
  };
});

const RUNNING: JobState = {status: 'running', startedAt: 1, pid: 42};
const CLOSED: JobState = {...RUNNING, status: 'completed', exitCode: 0, finishedAt: 2, closedAt: 3};
const OTHER = 'ffffffffffffffff' as RepoId;

let directory: TemporaryDirectory;
let ledger: SqliteLedger;
let troubles: (string | undefined)[];
let timers: (() => void)[];

beforeEach(() => {
  directory = temporaryDirectory();
  connections.length = 0;
  troubles = [];
  timers = [];
  ledger = openLedger();
});
afterEach(() => {
  ledger.close();
  directory.remove();
});

function openLedger(): SqliteLedger {
  return new SqliteLedger({
    onChange: () => undefined,
    state: directory.path,
    timer: (_, callback) => {
      timers.push(callback);
      return () => undefined;
    },
    onTrouble: error => troubles.push(error instanceof Error ? error.message : undefined),
  });
}

/** What a coordinator that starts now would find. */
function afterRestart(): JobSummary[] {
  ledger.close();
  ledger = openLedger();
  return ledger.unfinished(() => undefined);
}

function isMarked(repo: RepoId = REPO): boolean {
  return existsSync(directory.at(unfinishedMarkPath(repo)));
}

/** How the row of a job is stored, by a look of somebody else. */
function storedStatus(name = 'npm', repo: RepoId = REPO): unknown {
  const db = openDatabase(directory.at(databasePath(repo)), {readonly: true});
  try {
    return firstValue(db, 'SELECT status FROM jobs WHERE name = ?', name);
  } finally {
    db.close();
  }
}

describe('adding jobs', () => {
  it('resolves when they are stored', async () => {
    await ledger.add([queuedJob(), queuedJob({name: 'lint'})]);
    expect(storedStatus('npm')).toBe('queued');
    expect(storedStatus('lint')).toBe('queued');
  });

  it('is one transaction for all that come in one turn', async () => {
    await ledger.add([queuedJob({name: 'first'})]);
    const db = openDatabase(directory.at(databasePath(REPO)), {readonly: true});
    const version = () => firstValue(db, 'PRAGMA data_version') as number;
    const before = version();
    await Promise.all(Array.from({length: 20}, (_, at) => ledger.add([queuedJob({name: `job ${at}`})])));
    expect(version() - before).toBe(1);
    db.close();
  });

  it('rejects and stores nothing when it fails, and others are not hurt later', async () => {
    const bad = queuedJob({sampleEvery: 1e300});
    await expect(ledger.add([queuedJob({name: 'before'}), bad])).rejects.toThrow();
    expect(storedStatus('before')).toBeUndefined();
    await ledger.add([queuedJob()]);
    expect(storedStatus()).toBe('queued');
  });

  it('explains a full disk', async () => {
    await ledger.add([queuedJob()]);
    limitPages();
    await expect(ledger.add([bigJob('big')])).rejects.toMatchObject({
      code: 'DISK_FULL',
      hint: 'Free some space and submit again.',
    });
  });

  it('is found at once, and after a restart', async () => {
    await ledger.add([queuedJob()]);
    expect(ledger.find(keyOf(queuedJob().spec))?.state).toEqual({status: 'queued'});
    expect(afterRestart()).toHaveLength(1);
    expect(ledger.find(keyOf(queuedJob({name: 'other'}).spec))).toBeUndefined();
  });

  it('makes no database for a repository that somebody only asks about', () => {
    expect(ledger.find(keyOf(queuedJob({repo: OTHER}).spec))).toBeUndefined();
    expect(existsSync(directory.at(databasePath(OTHER)))).toBe(false);
  });
});

describe('a change of a row', () => {
  it('is known at once and stored soon', async () => {
    await ledger.add([queuedJob()]);
    ledger.put({...queuedJob(), state: RUNNING});
    expect(ledger.find(keyOf(queuedJob().spec))?.state).toEqual(RUNNING);
    expect(storedStatus()).toBe('queued');
    await ledger.flush();
    expect(storedStatus()).toBe('running');
  });

  it('is stored when the ledger closes, and ignored afterwards', async () => {
    await ledger.add([queuedJob()]);
    ledger.put({...queuedJob(), state: RUNNING});
    ledger.close();
    expect(storedStatus()).toBe('running');
    ledger.put({...queuedJob(), state: CLOSED});
    await ledger.flush();
    expect(storedStatus()).toBe('running');
  });

  it('waits while it cannot be written, is told of once, and is tried until it can', async () => {
    await ledger.add([bigJob('big')]);
    const release = limitPages();
    ledger.put({...bigJob('big'), state: {...CLOSED, message: 'x'.repeat(100_000)}});
    let flushed = false;
    void ledger.flush().then(() => {
      flushed = true;
    });
    await turns();
    expect(troubles).toEqual(['database or disk is full']);
    retry();
    expect(troubles).toHaveLength(1);
    expect(flushed).toBe(false);
    expect(ledger.find(keyOf(bigJob('big').spec))?.state.status).toBe('completed');
    release();
    retry();
    await turns();
    expect(flushed).toBe(true);
    expect(troubles).toEqual(['database or disk is full', undefined]);
    expect(storedStatus('big')).toBe('completed');
  });

  it('that waits does not keep a submission from being answered', async () => {
    await ledger.add([queuedJob()]);
    const release = limitPages();
    ledger.put({...queuedJob(), state: {...CLOSED, message: 'x'.repeat(100_000)}});
    await turns();
    expect(troubles).toHaveLength(1);
    release('a few');
    const added = ledger.add([queuedJob({name: 'small'})]);
    retry();
    await added;
    expect(storedStatus('small')).toBe('queued');
    expect(storedStatus('npm')).toBe('queued');
  });
});

describe('the mark of a repository with unfinished jobs', () => {
  it('is there before the first job is stored and goes after the last one is closed', async () => {
    expect(isMarked()).toBe(false);
    await ledger.add([queuedJob(), queuedJob({name: 'lint'})]);
    expect(isMarked()).toBe(true);
    ledger.put({...queuedJob(), state: CLOSED});
    await ledger.flush();
    expect(isMarked()).toBe(true);
    ledger.put({...queuedJob({name: 'lint'}), state: CLOSED});
    await ledger.flush();
    expect(isMarked()).toBe(false);
    expect(afterRestart()).toEqual([]);
  });

  it('stays while a command ended but its log is open', async () => {
    await ledger.add([queuedJob()]);
    ledger.put({...queuedJob(), state: {...RUNNING, status: 'failed', finishedAt: 2, exitCode: 1}});
    await ledger.flush();
    expect(isMarked()).toBe(true);
    expect(afterRestart()).toHaveLength(1);
  });

  it('goes when it was left behind by a submission that failed', () => {
    ledger.open(REPO);
    writeFileSync(directory.at(unfinishedMarkPath(REPO)), '', {mode: 0o600});
    expect(afterRestart()).toEqual([]);
    expect(isMarked()).toBe(false);
  });
});

describe('the next number', () => {
  /** Submits so many jobs together; tells their numbers. */
  async function submitted(count = 1, repo: RepoId = REPO): Promise<number[]> {
    const first = ledger.nextNumber(repo, count);
    const numbers = Array.from({length: count}, (_, at) => first + at);
    await ledger.add(numbers.map(number => queuedJob({repo, number, name: `job ${number}`})));
    return numbers;
  }

  it('goes on where it was, in each repository for itself, also after a restart', async () => {
    expect([await submitted(), await submitted(3), await submitted(2, OTHER)]).toEqual([
      [1],
      [2, 3, 4],
      [1, 2],
    ]);
    afterRestart();
    expect([await submitted(), await submitted(1, OTHER)]).toEqual([[5], [3]]);
  });

  it('is given once, however many ask before anything is stored', () => {
    expect([1, 2, 1].map(count => ledger.nextNumber(REPO, count))).toEqual([1, 2, 4]);
  });

  it('is never one of a job that was removed', async () => {
    await submitted(4);
    for (const {number} of afterRestart().map(({spec}) => spec)) if (number > 2) removeRow(number);
    afterRestart();
    expect(await submitted()).toEqual([5]);
    removeRow(1);
    afterRestart();
    expect(await submitted()).toEqual([6]);
  });

  it('is never one of a job whose row is lost, as long as its directory is there', async () => {
    const files = jobDirectories({state: directory.path, recycleFifo: () => undefined});
    files.create(specOf({number: 41}), []);
    files.create(specOf({number: 7, name: 'other'}), []);
    writeFileSync(join(directory.path, jobPath(keyOf(specOf({name: 'other'}))), JOB_FILES.spec), '{"torn');
    expect(await submitted()).toEqual([42]);
  });
});

function removeRow(number: number): void {
  connections.at(-1)?.prepare('DELETE FROM jobs WHERE number = ?').run(number);
}

describe('what is unfinished', () => {
  const at = (createdAt: number, id: string, number: number) => ({
    invocation: invocationOf({createdAt, id: id as InvocationId}),
    number,
  });

  it('comes in the order of submission also where the clock was put back meanwhile', async () => {
    await ledger.add([queuedJob({name: 'a', ...at(30, '000000000003', 1)})]);
    await ledger.add([queuedJob({name: 'b', ...at(10, '000000000001', 2)})]);
    expect(afterRestart().map(({spec}) => [spec.name, spec.number])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('comes from all repositories, in the order of submission', async () => {
    await ledger.add([queuedJob({name: 'c', ...at(30, '000000000003', 2)})]);
    await ledger.add([queuedJob({name: 'b', repo: OTHER, ...at(20, '000000000002', 1)})]);
    await ledger.add([queuedJob({name: 'a', ...at(10, '000000000001', 1)})]);
    expect(afterRestart().map(({spec}) => [spec.name, spec.repo])).toEqual([
      ['a', REPO],
      ['b', OTHER],
      ['c', REPO],
    ]);
  });

  it('of a repository that cannot be opened is left out and told of, with the others untouched', async () => {
    await ledger.add([queuedJob()]);
    mkdirSync(directory.at('repos', OTHER), {mode: 0o700});
    writeFileSync(directory.at(unfinishedMarkPath(OTHER)), '', {mode: 0o600});
    writeFileSync(directory.at(databasePath(OTHER)), 'nonsense'.repeat(100), {mode: 0o600});
    ledger.close();
    ledger = openLedger();
    const opened: [RepoId, unknown][] = [];
    expect(ledger.unfinished((repo, error) => opened.push([repo, error]))).toHaveLength(1);
    expect(opened).toContainEqual([REPO, undefined]);
    expect(opened).toContainEqual([OTHER, expect.objectContaining({code: 'STORE_CORRUPT'})]);
  });

  it('is not looked for in repositories without a mark', async () => {
    mkdirSync(directory.at('repos', OTHER), {recursive: true, mode: 0o700});
    writeFileSync(directory.at(databasePath(OTHER)), 'nonsense'.repeat(100), {mode: 0o600});
    expect(afterRestart()).toEqual([]);
  });
});

describe('the place of a repository', () => {
  it('is the first one that is registered, also after a restart', () => {
    ledger.register(REPO, '/a', false);
    ledger.register(REPO, '/a', false);
    afterRestart();
    expect(() => ledger.register(REPO, '/b', false)).toThrow(
      expect.objectContaining({code: 'REPO_MOVED', details: {place: '/a'}}),
    );
  });

  it('changes when the repository is known to have moved', () => {
    ledger.register(REPO, '/a', false);
    ledger.register(REPO, '/b', true);
    afterRestart();
    ledger.register(REPO, '/b', false);
    expect(() => ledger.register(REPO, '/a', false)).toThrow(expect.objectContaining({code: 'REPO_MOVED'}));
  });
});

describe('a place on a full disk', () => {
  it('cannot be registered, for a reason that is explained', () => {
    ledger.open(REPO);
    limitPages();
    expect(() => ledger.register(REPO, `/${'x'.repeat(100_000)}`, false)).toThrow(
      expect.objectContaining({code: 'DISK_FULL'}),
    );
  });
});

describe('a database that turns out to be damaged', () => {
  it('does not keep the ledger from closing, and keeps its mark', async () => {
    await ledger.add([queuedJob()]);
    ledger.put({...queuedJob(), state: CLOSED});
    await ledger.flush();
    writeFileSync(directory.at(unfinishedMarkPath(REPO)), '', {mode: 0o600});
    connections.at(-1)?.exec('DROP TABLE jobs');
    expect(() => ledger.close()).not.toThrow();
    expect(openDatabases()).toBe(0);
    expect(isMarked()).toBe(true);
  });
});

describe('many repositories', () => {
  it('are all kept track of, with a bounded number of open databases', async () => {
    const repos = Array.from({length: 35}, (_, at) => at.toString(16).padStart(16, '0') as RepoId);
    for (const repo of repos) {
      await ledger.add([queuedJob({repo})]);
      ledger.put({...queuedJob({repo}), state: CLOSED});
      await ledger.flush();
    }
    expect(openDatabases()).toBeLessThan(34);
    for (const repo of repos)
      expect(ledger.find(keyOf(queuedJob({repo}).spec))?.state.status).toBe('completed');
  });
});

function bigJob(name: string): Job {
  return queuedJob({name, commandText: 'x'.repeat(100_000)});
}

/** Lets the ledger's connection have no more pages than it has now, like a full disk; the returned function takes that back. */
function limitPages(): (room?: 'all' | 'a few') => void {
  const db = connections.at(-1);
  if (db === undefined) throw new Error('no database is open');
  // The smallest limit there is means "as many as there are now"; 20 are a few more than an empty database has.
  db.exec('PRAGMA max_page_count = 1');
  return (room = 'all') =>
    void (room === 'all'
      ? db.exec('PRAGMA max_page_count = 1000000')
      : db.exec('PRAGMA max_page_count = 20'));
}

function retry(): void {
  for (const callback of timers.splice(0)) callback();
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

function openDatabases(): number {
  return connections.filter(({isOpen}) => isOpen).length;
}
