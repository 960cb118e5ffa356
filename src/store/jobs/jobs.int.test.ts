import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {firstColumn} from '../testing/open-database.ts';
import {invocationRowOf, jobRowOf} from '../testing/sample-rows.ts';
import {dumpTable, TABLE_NAMES} from './dump.ts';
import {
  findCandidates,
  findInvocation,
  findJob,
  hasUnfinished,
  lastNumber,
  listAll,
  listNames,
  listRecent,
  listRuns,
  listUnfinished,
} from './job-queries.ts';
import {type JobWrites, jobWrites} from './job-writes.ts';
import {listPastRuns, listRemoved, newestRemoved} from './past-runs.ts';
import {readPolicy, writePolicy} from './repo-policy.ts';
import type {InvocationRow, JobRow} from './rows.ts';
import {JOBS_SCHEMA} from './schema.ts';

let directory: TemporaryDirectory;
let db: Connection;
let writes: JobWrites;

beforeEach(() => {
  directory = temporaryDirectory();
  db = openForWriting(directory.at('coordinator.db'), JOBS_SCHEMA);
  writes = jobWrites(db);
});
afterEach(() => {
  db.close();
  directory.remove();
});

/** Nobody pinned it, and its retention counts from its end. */
const UNKEPT = {kept_from: null, pinned_at: null};

describe('writing', () => {
  it('gives back every column as it was put', () => {
    const invocation = invocationRowOf({hook_type: 'post-checkout', dirty: 1});
    const job = jobRowOf({
      name: 'a "quoted"; DROP TABLE jobs --',
      attempt: 2,
      status: 'failed',
      background: 0,
      tags: '["é","\\n"]',
      group_name: 'heavy',
      started_at: 1767225600001,
      finished_at: 1767225600002,
      closed_at: 1767225600003,
      exit_code: 255,
      signal: 'SIGTERM',
      message: 'two\nlines',
      pid: 4242,
      size_bytes: 5_000_000_000,
      stalled_at: 1767225600004,
      stalled_phase: 'embed "x"',
      progress: '{"outcome":"complete"}',
    });
    writes.addInvocation(invocation);
    writes.putJob(job);
    expect(findInvocation(db, invocation.id)).toEqual(invocation);
    expect(findJob(db, invocation.id, job.name, 2)).toEqual({...job, ...UNKEPT});
  });

  it('keeps an invocation as it was first added', () => {
    writes.addInvocation(invocationRowOf({branch: 'main'}));
    writes.addInvocation(invocationRowOf({branch: 'other'}));
    expect(findInvocation(db, '3fa9c1d2e4b5')?.branch).toBe('main');
  });

  it('changes what became of a job, and not its place in the list', () => {
    addJobs({name: 'first'}, {name: 'second'});
    writes.putJob(jobRowOf({name: 'first', status: 'completed', exit_code: 0, finished_at: 5, message: 'm'}));
    writes.putJob(jobRowOf({name: 'first', status: 'completed', exit_code: 0, finished_at: 6}));
    expect(listAll(db).map(({name, status}) => [name, status])).toEqual([
      ['first', 'completed'],
      ['second', 'queued'],
    ]);
    expect(findJob(db, '3fa9c1d2e4b5', 'first', 1)).toMatchObject({finished_at: 6, message: null});
  });

  it('refuses a job whose invocation is not there', () => {
    expect(() => writes.putJob(jobRowOf())).toThrow('FOREIGN KEY');
  });

  it('keeps nothing of several writes of which one fails', () => {
    expect(() =>
      writes.together(() => {
        writes.addInvocation(invocationRowOf());
        writes.putJob(jobRowOf({invocation_id: 'gone'}));
      }),
    ).toThrow('FOREIGN KEY');
    expect(dumpTable(db, 'invocations')).toEqual([]);
  });
});

describe('listing', () => {
  it('shows the last invocations, newest first, and those that are not closed however old they are', () => {
    addInvocations(['000000000001', 10], ['000000000002', 20], ['000000000003', 30], ['000000000004', 40]);
    addJobs(
      {invocation_id: '000000000001', name: 'open'},
      {invocation_id: '000000000001', name: 'beside it', closed_at: 11},
      {invocation_id: '000000000002', closed_at: 21},
      {invocation_id: '000000000003', closed_at: 31},
      {invocation_id: '000000000004', closed_at: 41},
    );
    const shown = listRecent(db, 2).map(({invocation_id, name}) => `${invocation_id.slice(-1)} ${name}`);
    expect(shown).toEqual(['4 npm', '3 npm', '1 open', '1 beside it']);
    expect(listRecent(db, 0).map(({name}) => name)).toEqual(['open', 'beside it']);
    expect(listAll(db)).toHaveLength(5);
  });

  it('gives the facts of the invocation with each job', () => {
    writes.addInvocation(invocationRowOf());
    writes.putJob(jobRowOf());
    const {id: _, cwd: __, number: invocation_number, ...facts} = invocationRowOf();
    expect(listAll(db)).toEqual([{...jobRowOf(), ...UNKEPT, invocation_number, ...facts}]);
  });

  it('goes by the order of submission, whatever the clock said', () => {
    for (const [number, id, created_at] of [
      [1, 'a00000000000', 90],
      [2, 'b00000000000', 10],
      [4, 'c00000000000', 10],
    ] as const) {
      writes.addInvocation(invocationRowOf({id, number, created_at}));
      writes.putJob(jobRowOf({invocation_id: id, number, queued_at: created_at, closed_at: 91}));
    }
    writes.putJob(jobRowOf({invocation_id: 'b00000000000', number: 3, name: 'lint', closed_at: 91}));
    const told = (rows: readonly JobRow[]) =>
      rows.map(({invocation_id, name}) => `${invocation_id[0]} ${name}`);
    expect(told(listAll(db))).toEqual(['c npm', 'b npm', 'b lint', 'a npm']);
    expect(told(listRecent(db, 1))).toEqual(['c npm']);
    expect(told(listRuns(db, 'npm', 2))).toEqual(['c npm', 'b npm']);
    expect(told(findCandidates(db, '', 'npm'))).toEqual(['c npm', 'b npm', 'a npm']);
  });
});

describe('finding candidates for an address', () => {
  beforeEach(() => {
    addInvocations(['3fa900000000', 10], ['3fb000000000', 20]);
    addJobs(
      {invocation_id: '3fa900000000', name: '3fb'},
      {invocation_id: '3fb000000000', name: 'test'},
      {invocation_id: '3fb000000000', name: 'Test%'},
    );
  });

  it.each([
    ['3f', '', ['test', 'Test%', '3fb']],
    ['3fa', '', ['3fb']],
    ['3fb', '3fb', ['test', 'Test%', '3fb']],
    ['', 'test', ['test']],
    ['', 'Test%', ['Test%']],
    ['', '', []],
    ['%', '', []],
    ['3FA', '', []],
  ])('finds for the prefix %j or the name %j the jobs %j', (prefix, name, expected) => {
    expect(findCandidates(db, prefix, name).map(row => row.name)).toEqual(expected);
  });
});

describe('what is unfinished', () => {
  it('comes in the order in which it was submitted', () => {
    addInvocations(['000000000001', 10], ['000000000002', 20]);
    expect(hasUnfinished(db)).toBe(false);
    addJobs(
      {invocation_id: '000000000002', name: 'c', number: 4, queued_at: 10},
      {invocation_id: '000000000001', name: 'b', number: 1, queued_at: 20},
      {invocation_id: '000000000001', name: 'a', number: 2, queued_at: 20},
      {invocation_id: '000000000001', name: 'closed', number: 3, queued_at: 20, closed_at: 11},
    );
    expect(listUnfinished(db).map(({name}) => name)).toEqual(['b', 'a', 'c']);
    expect(hasUnfinished(db)).toBe(true);
  });
});

describe('the last number', () => {
  it('is the highest that there ever was, also when jobs are removed, with their invocation or alone', () => {
    expect(lastNumber(db)).toBe(0);
    addInvocations(['000000000001', 1], ['000000000002', 9]);
    addJobs(
      {invocation_id: '000000000001', name: 'a', number: 1},
      {invocation_id: '000000000002', name: 'b', number: 9},
      {invocation_id: '000000000002', name: 'c', number: 10},
    );
    db.exec("DELETE FROM invocations WHERE id = '000000000002'");
    expect(lastNumber(db)).toBe(10);
    db.exec('DELETE FROM jobs');
    expect(lastNumber(db)).toBe(10);
    addJobs({invocation_id: '000000000001', name: 'd', number: 11});
    expect(lastNumber(db)).toBe(11);
  });
});

describe('removing', () => {
  beforeEach(() => {
    addInvocations(['000000000001', 1], ['000000000002', 2]);
    addJobs(
      {invocation_id: '000000000001', name: 'a', number: 1},
      {invocation_id: '000000000002', name: 'b', number: 2},
      {invocation_id: '000000000002', name: 'c', number: 3},
    );
  });
  const names = () => listAll(db).map(({name}) => name);
  const invocations = () => dumpTable(db, 'invocations').map(({id}) => String(id).slice(-1));

  it('takes one job away, and its invocation with the last of them', () => {
    expect(writes.removeJob('000000000002', 'b', 1, 77)).toBe(true);
    expect([names(), invocations()]).toEqual([
      ['c', 'a'],
      ['1', '2'],
    ]);
    expect(writes.removeJob('000000000002', 'c', 1, 77)).toBe(true);
    expect([names(), invocations()]).toEqual([['a'], ['1']]);
    expect(lastNumber(db)).toBe(3);
  });

  it('takes an invocation away with all its jobs, and no number is given again', () => {
    expect(writes.removeInvocations(['000000000002'], 77)).toBe(1);
    expect([names(), invocations()]).toEqual([['a'], ['1']]);
    expect(writes.removeInvocations(['000000000001'], 77)).toBe(1);
    expect([names(), invocations()]).toEqual([[], []]);
    expect(lastNumber(db)).toBe(3);
  });

  it('says when there was nothing', () => {
    expect(writes.removeJob('000000000002', 'b', 2, 77)).toBe(false);
    expect(writes.removeInvocations(['000000000003'], 77)).toBe(0);
    expect(names()).toHaveLength(3);
  });

  it('keeps what statistics want of each job, its command only where the checkout is its commit', () => {
    writes.addInvocation(invocationRowOf({id: '000000000009', number: 9, dirty: 1}));
    writes.putJob(
      jobRowOf({invocation_id: '000000000009', number: 9, name: 'x', status: 'failed', duration_ms: 5}),
    );
    writes.removeInvocations(['000000000009'], 77);
    writes.removeJob('000000000002', 'c', 1, 77);
    const kept = dumpTable(db, 'past_runs');
    expect(kept.map(({name, number}) => [name, number])).toEqual([
      ['c', 3],
      ['x', 9],
    ]);
    expect(kept.map(({command, commit_id}) => command === null && commit_id === null)).toEqual([false, true]);
    expect(listPastRuns(db, 'x', 10)).toMatchObject([{number: 9, status: 'failed', duration_ms: 5}]);
    expect(listNames(db)).toEqual(expect.arrayContaining(['c', 'x']));
  });

  it('remembers which job it was and when it went', () => {
    writes.removeInvocations(['000000000001'], 5);
    writes.removeJob('000000000002', 'c', 1, 6);
    const a = {invocation_id: '000000000001', name: 'a', attempt: 1, removed_at: 5};
    const c = {invocation_id: '000000000002', name: 'c', attempt: 1, removed_at: 6};
    expect(listRemoved(db, '00000')).toEqual([c, a]);
    expect(listRemoved(db, '000000000001')).toEqual([a]);
    expect(listRemoved(db, '0000000000010')).toEqual([]);
    expect([newestRemoved(db, 'c'), newestRemoved(db, 'b')]).toEqual([c, undefined]);
  });

  it('is undone with the transaction that it is part of', () => {
    expect(() =>
      writes.together(() => {
        writes.removeJob('000000000002', 'c', 1, 77);
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(names()).toHaveLength(3);
    expect(dumpTable(db, 'repo_policy')).toEqual([]);
  });
});

describe('dumping a table', () => {
  it('gives every row with every column', () => {
    writes.addInvocation(invocationRowOf());
    writes.putJob(jobRowOf());
    writePolicy(db, 'place', '/a');
    writePolicy(db, 'place', '/b');
    expect(TABLE_NAMES.map(name => [name, dumpTable(db, name)])).toEqual([
      ['jobs', [{...jobRowOf(), ...UNKEPT}]],
      ['invocations', [invocationRowOf()]],
      ['past_runs', []],
      ['repo_policy', [{key: 'place', value: '/b'}]],
    ]);
  });

  it('can be done for every table that there is', () => {
    const tables = firstColumn(db, "SELECT name FROM sqlite_master WHERE type = 'table'");
    expect([...TABLE_NAMES].sort()).toEqual(tables.sort());
  });
});

describe('the facts of a repository', () => {
  it('are unknown until they are written', () => {
    expect(readPolicy(db, 'place')).toBeUndefined();
    writePolicy(db, 'place', '');
    expect(readPolicy(db, 'place')).toBe('');
  });
});

/** Each by its id and its number. */
function addInvocations(...rows: readonly [string, number][]): void {
  for (const [id, number] of rows) writes.addInvocation(invocationRowOf({id, number}));
}

/** Of the sample invocation, which is added too, unless told otherwise. */
function addJobs(...rows: readonly Partial<JobRow>[]): void {
  const known = new Set(dumpTable(db, 'invocations').map(({id}) => id as InvocationRow['id']));
  for (const row of rows.map(jobRowOf)) {
    if (!known.has(row.invocation_id)) writes.addInvocation(invocationRowOf({id: row.invocation_id}));
    writes.putJob(row);
  }
}
