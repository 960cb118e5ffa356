import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {invocationRowOf, jobRowOf} from '../testing/sample-rows.ts';
import {jobWrites} from './job-writes.ts';
import {type NamingRow, namesBeginning, namesOfInvocations, namesOfNewest} from './naming-queries.ts';
import {JOBS_SCHEMA} from './schema.ts';

let directory: TemporaryDirectory;
let db: Connection;

beforeEach(() => {
  directory = temporaryDirectory();
  db = openForWriting(directory.at('coordinator.db'), JOBS_SCHEMA);
  const writes = jobWrites(db);
  const names = ['npm-build', 'npm-test', 'npn', 'npm-test', 'np', 'no', 'npm-\u{1f600}'];
  for (const [at, name] of names.entries()) {
    const id = `${at % 2 === 0 ? 'aa' : 'ab'}000000000${at}`;
    writes.addInvocation(invocationRowOf({id, number: at + 1}));
    writes.putJob(jobRowOf({invocation_id: id, name, number: at + 1}));
  }
});
afterEach(() => {
  db.close();
  directory.remove();
});

const told = (rows: readonly NamingRow[]) =>
  rows.map(({name, invocation_id}) => `${name} ${invocation_id.at(-1)}`);

it('the newest are told first, so many at most', () => {
  expect(told(namesOfNewest(db, 3))).toEqual(['npm-\u{1f600} 6', 'no 5', 'np 4']);
  expect(namesOfNewest(db, 100)).toHaveLength(7);
});

it('jobs are found by the first digits of their invocations', () => {
  expect(told(namesOfInvocations(db, 'ab', 10)).sort()).toEqual(['no 5', 'npm-test 1', 'npm-test 3']);
  expect(namesOfInvocations(db, 'ac', 10)).toEqual([]);
  expect(namesOfInvocations(db, 'a', 2)).toHaveLength(2);
});

it('of each name that begins so its newest job is told', () => {
  expect(told(namesBeginning(db, 'npm', 10))).toEqual(['npm-build 0', 'npm-test 3', 'npm-\u{1f600} 6']);
  expect(told(namesBeginning(db, 'npm', 2))).toEqual(['npm-build 0', 'npm-test 3']);
  expect(namesBeginning(db, 'x', 10)).toEqual([]);
  expect(namesBeginning(db, 'npm-test-', 10)).toEqual([]);
});
