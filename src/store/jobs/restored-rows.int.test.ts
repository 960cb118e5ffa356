import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {invocationRowOf, jobRowOf} from '../testing/sample-rows.ts';
import {jobWrites} from './job-writes.ts';
import {readPolicy, writePolicy} from './repo-policy.ts';
import {dropRowsNotIn, dropRowsOf, jobKeys, takeRowsOf} from './restored-rows.ts';
import {JOBS_SCHEMA} from './schema.ts';

let directory: TemporaryDirectory;
let here: Connection;
let theirs: Connection;
beforeEach(() => {
  directory = temporaryDirectory();
  here = openForWriting(directory.at('here.db'), JOBS_SCHEMA);
  theirs = openForWriting(directory.at('theirs.db'), JOBS_SCHEMA);
});
afterEach(() => {
  here.close();
  theirs.close();
  directory.remove();
});

describe('rows of another database', () => {
  it('come to those that are here, which stay as they are', () => {
    add(theirs, 1, {message: 'theirs'});
    add(theirs, 2, {message: 'theirs'});
    add(here, 2, {message: 'ours'});
    add(here, 3);
    takeRows();
    expect(rows(here)).toEqual([
      [1, 'theirs'],
      [2, 'ours'],
      [3, null],
    ]);
    takeRows();
    expect(rows(here)).toHaveLength(3);
  });

  it('come before those that are here, in their order, where numbers were given anew', () => {
    for (const number of [1, 2, 3]) add(theirs, number, {}, 'b');
    for (const number of [1, 2]) add(here, number);
    takeRows();
    const names = here
      .prepare<[], {id: string}>('SELECT invocation_id AS id FROM jobs ORDER BY number')
      .all();
    expect(names.map(({id}) => id)).toEqual([id(1, 'b'), id(2, 'b'), id(3, 'b'), id(1), id(2)]);
    expect(
      here.prepare('SELECT id FROM invocations WHERE number NOT IN (SELECT number FROM jobs)').all(),
    ).toEqual([]);
    takeRows();
    expect(rows(here)).toHaveLength(5);
  });

  it('bring the settings that are missing, and the highest number that was given', () => {
    writePolicy(theirs, 'place', '/theirs');
    writePolicy(theirs, 'last_number', '9');
    writePolicy(here, 'last_number', '7');
    writePolicy(here, 'other', 'ours');
    takeRows();
    expect(['place', 'last_number', 'other'].map(key => readPolicy(here, key))).toEqual([
      '/theirs',
      '9',
      'ours',
    ]);
  });

  it('are of every table that there is', () => {
    const tables = here
      .prepare<[], {name: string}>(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
      .all()
      .map(({name}) => name);
    expect(tables).toEqual(TAKEN);
  });

  function takeRows(): void {
    takeRowsOf(here, directory.at('theirs.db'));
  }
});

/** What `takeRowsOf` knows of: a new table is to be taken too. */
const TAKEN = ['invocations', 'jobs', 'past_runs', 'repo_policy'];

describe('rows of a database that nobody uses', () => {
  it('are left out by their keys, and with the last of its jobs an invocation', () => {
    for (const number of [1, 2, 3]) add(theirs, number);
    theirs.close();
    const [first, second] = keysIn();
    dropRowsOf(directory.at('theirs.db'), first === undefined ? [] : [first]);
    expect(keysIn()).toHaveLength(2);
    dropRowsNotIn(directory.at('theirs.db'), second === undefined ? [] : [second]);
    expect(keysIn()).toEqual([second]);
    const db = openForWriting(directory.at('theirs.db'), JOBS_SCHEMA);
    expect(db.prepare('SELECT id FROM invocations').all()).toEqual([{id: second?.invocation_id}]);
    db.close();
  });

  function keysIn() {
    const db = openForWriting(directory.at('theirs.db'), JOBS_SCHEMA);
    try {
      return jobKeys(db);
    } finally {
      db.close();
    }
  }
});

function id(number: number, kind = 'a'): string {
  return `${kind}${String(number).padStart(11, '0')}`;
}

function add(db: Connection, number: number, more: {message?: string} = {}, kind = 'a'): void {
  const writes = jobWrites(db);
  writes.addInvocation(invocationRowOf({id: id(number, kind), number}));
  writes.putJob(jobRowOf({invocation_id: id(number, kind), number, ...more}));
}

function rows(db: Connection): unknown[] {
  return db
    .prepare<[], {number: number; message: string | null}>('SELECT number, message FROM jobs ORDER BY number')
    .all()
    .map(({number, message}) => [number, message]);
}
