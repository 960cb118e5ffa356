import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {invocationRowOf, jobRowOf} from '../testing/sample-rows.ts';
import {jobWrites} from './job-writes.ts';
import {
  countJobs,
  newestInvocations,
  type RowFilter,
  rowsOfInvocations,
  unfinishedRows,
} from './row-filter.ts';
import type {InvocationRow, JobRow} from './rows.ts';
import {JOBS_SCHEMA} from './schema.ts';

let directory: string;
let db: Connection;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-rows-'));
  db = openForWriting(join(directory, 'coordinator.db'), JOBS_SCHEMA);
});
afterEach(() => {
  db.close();
  rmSync(directory, {recursive: true});
});

/** An invocation whose id is its number, with closed jobs unless told otherwise. */
function add(number: number, facts: Partial<InvocationRow>, ...jobs: Partial<JobRow>[]): void {
  const writes = jobWrites(db);
  const id = idOf(number);
  writes.addInvocation(invocationRowOf({id, number, ...facts}));
  for (const job of jobs)
    writes.putJob(
      jobRowOf({
        invocation_id: id,
        number,
        status: 'completed',
        queued_at: number * 100,
        finished_at: number * 100 + 50,
        closed_at: number * 100 + 60,
        ...job,
      }),
    );
}

const idOf = (number: number) => String(number).padStart(12, '0');
const numbersOf = (filter: RowFilter, limit = 10) =>
  newestInvocations(db, filter, rows => rows, {limit, most: 1000}).invocations.map(({number}) => number);

describe('the newest invocations', () => {
  beforeEach(() => {
    add(
      1,
      {worktree: '/w/main', branch: 'main'},
      {name: 'a', tags: '["x"]'},
      {name: 'b', status: 'failed', submitted_by: 'codex/1'},
    );
    add(2, {worktree: '/w/topic', branch: 'topic/one'}, {name: 'a', tags: '["y","z"]', status: 'failed'});
    add(3, {worktree: null, branch: null, hook_type: 'post-commit'}, {name: 'c', submitted_by: 'codex'});
    add(4, {worktree: '/w/main', branch: 'main'}, {name: 'a', closed_at: null, status: 'running'});
    add(5, {worktree: '/w/main', branch: 'other'}, {name: 'd', status: 'dreaming', finished_at: 2000});
  });

  it.each<[string, RowFilter, number[]]>([
    ['nothing', {}, [5, 3, 2, 1]],
    ['a name', {names: ['a']}, [2, 1]],
    ['several names', {names: ['c', 'a', 'a']}, [3, 2, 1]],
    ['a name that there is not', {names: ['e']}, []],
    ['a status', {statuses: ['failed']}, [2, 1]],
    ['the usual status', {statuses: ['completed', 'failed']}, [3, 2, 1]],
    ['one that a row of a job that goes on has', {statuses: ['running']}, []],
    ['a tag', {tags: ['z', 'q']}, [2]],
    ['who started it', {by: 'codex'}, [3, 1]],
    ['who started it, with the session', {by: 'codex/1'}, [3, 1]],
    ['another session', {by: 'codex/2'}, [3]],
    ['the begin of a name', {by: 'cod'}, []],
    ['a hook', {hook: 'post-commit'}, [3]],
    ['a branch', {worktree: 'topic/one'}, [2]],
    ['the end of a path', {worktree: 'main/'}, [5, 1]],
    ['a part of a path', {worktree: 'ain'}, []],
    ['this worktree', {here: '/w/main'}, [5, 1]],
    ['the place of the repository', {here: '/w', place: '/w'}, [3]],
    ['a time since', {since: 260}, [5, 3, 2]],
    ['a time until', {until: 300}, [2, 1]],
  ])('are found by %s', (_, filter, expected) => {
    expect(numbersOf(filter)).toEqual(expected);
    expect(numbersOf(filter, 1)).toEqual(expected.slice(0, 1));
  });

  it('are those of which a job is wanted, and how many jobs of others are', () => {
    const found = (limit: number, most: number, name = /a|b|c/) =>
      newestInvocations(db, {}, rows => rows.filter(row => name.test(row.name)), {limit, most});
    expect(found(1, 10)).toEqual({invocations: [{id: idOf(3), number: 3}], more: 3});
    expect(found(1, 2)).toMatchObject({more: 2});
    expect(found(2, 0)).toMatchObject({invocations: [{number: 3}, {number: 2}], more: 0});
    expect(found(9, 10, /b/)).toMatchObject({invocations: [{number: 1}], more: 0});
  });

  it('stop reading when there are enough', () => {
    for (let number = 6; number < 600; number++) add(number, {}, {name: 'a'});
    let read = 0;
    const count = (rows: readonly {readonly name: string}[]) => {
      read += rows.length;
      return rows as never;
    };
    newestInvocations(db, {names: ['a']}, count, {limit: 10, most: 0});
    newestInvocations(db, {}, count, {limit: 10, most: 0});
    expect(read).toBeLessThanOrEqual(32);
  });
});

it('tells all jobs of invocations, those that are not closed, and how many there are', () => {
  add(1, {}, {name: 'a'}, {name: 'b', number: 3});
  add(2, {}, {name: 'c', closed_at: null});
  const names = (rows: readonly JobRow[]) => rows.map(({name}) => name);
  expect(names(rowsOfInvocations(db, [idOf(1), idOf(2), idOf(9)]))).toEqual(['c', 'a', 'b']);
  expect(names(unfinishedRows(db))).toEqual(['c']);
  expect(countJobs(db)).toBe(3);
});
