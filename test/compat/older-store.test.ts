/** A store of each schema before this one, with rows in it (`store-NNNN.sql`), brought up to date. */
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {stateOfRow} from '../../src/coordinator/adapters/index.ts';
import type {Connection} from '../../src/store/index.ts';
import {
  findInvocation,
  findJob,
  JOBS_SCHEMA,
  lastNumber,
  listAll,
  openForReading,
  openForWriting,
  TABLE_NAMES,
} from '../../src/store/index.ts';
import {firstColumn, openDatabase} from '../../src/store/testing/open-database.ts';

const STORES = readdirSync(import.meta.dirname)
  .filter(name => /^store-\d{4}\.sql$/.test(name))
  .sort();

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-compat-'));
  path = join(directory, 'coordinator.db');
});
afterEach(() => rmSync(directory, {recursive: true}));

/** Makes the store as that version left it; tells its rows. */
function make(store: string): Record<string, unknown[]> {
  writeFileSync(path, '', {mode: 0o600});
  const db = openDatabase(path);
  const [schema = '', data = ''] = [store.replace('store', 'schema'), store].map(name =>
    readFileSync(join(import.meta.dirname, name), 'utf8'),
  );
  // A trigger stands before its table there.
  for (const part of [schema.replace(TRIGGERS, ''), ...(schema.match(TRIGGERS) ?? []), data]) db.exec(part);
  const rows = rowsOf(db);
  db.close();
  return rows;
}

const TRIGGERS = /^CREATE TRIGGER[\s\S]*?^END;$/gm;

/** As they were put in: the order of `dumpTable` is newer than some of these stores. */
function rowsOf(db: Connection): Record<string, unknown[]> {
  const there = firstColumn(db, "SELECT name FROM sqlite_master WHERE type = 'table'");
  const tables = TABLE_NAMES.filter(table => there.includes(table));
  return Object.fromEntries(tables.map(table => [table, db.prepare(`SELECT * FROM ${table}`).all()]));
}

it('there is one of every schema before this one', () => {
  const versions = Array.from({length: JOBS_SCHEMA.version - 1}, (_, at) => String(at + 1).padStart(4, '0'));
  expect(STORES).toEqual(versions.map(version => `store-${version}.sql`));
});

describe.each(STORES)('%s', store => {
  it('is not read before the coordinator has brought it up to date', () => {
    make(store);
    expect(() => openForReading(path, JOBS_SCHEMA)).toThrow(expect.objectContaining({code: 'OLDER_SCHEMA'}));
  });

  it('keeps every row and every column when it is brought up to date', () => {
    const before = make(store);
    const db = openForWriting(path, JOBS_SCHEMA);
    const after = rowsOf(db);
    db.close();
    expect(Object.values(before).every(rows => rows.length > 0)).toBe(true);
    expect(after).toMatchObject(before);
  });

  it('has its jobs numbered by the time of their submission, and goes on behind them', () => {
    make(store);
    const db = openForWriting(path, JOBS_SCHEMA);
    const jobs = listAll(db);
    expect(jobs.map(({number}) => number).sort()).toEqual(jobs.map((_, at) => at + 1));
    const byNumber = jobs.toSorted((a, b) => a.number - b.number);
    const times = byNumber.map(({created_at}) => created_at);
    expect(times).toEqual(times.toSorted());
    for (const {invocation_id} of jobs) {
      const first = byNumber.find(job => job.invocation_id === invocation_id);
      expect(findInvocation(db, invocation_id)?.number).toBe(first?.number);
    }
    expect(findJob(db, '77c0a1b2c3d4', 'sleep', 1)?.number).toBe(2);
    expect(findJob(db, '77c0a1b2c3d4', 'late', 1)?.number).toBe(3);
    expect(lastNumber(db)).toBe(jobs.length);
    db.close();
  });

  it('tells how long its jobs took by their times, unless the clock went back meanwhile', () => {
    make(store);
    const db = openForWriting(path, JOBS_SCHEMA);
    for (const {started_at, finished_at, duration_ms} of listAll(db)) {
      const byWall = started_at === null || finished_at === null ? -1 : finished_at - started_at;
      expect(duration_ms).toBe(byWall < 0 ? null : byWall);
    }
    expect(findJob(db, '3fa9c1d2e4b5', 'npm', 1)?.duration_ms).toBe(8990);
    db.close();
  });

  it('tells of its jobs what it told before', () => {
    make(store);
    openForWriting(path, JOBS_SCHEMA).close();
    const db = openForReading(path, JOBS_SCHEMA);
    const stateOf = (invocation: string, name: string) => {
      const row = db && findJob(db, invocation, name, 1);
      return row && stateOfRow(row);
    };
    expect(stateOf('77c0a1b2c3d4', 'late')).toEqual({
      status: 'running',
      startedAt: 1767225700020,
      pid: 4444,
    });
    expect(stateOf('3fa9c1d2e4b5', 'npm')).toMatchObject({status: 'failed', exitCode: 3});
    db?.close();
  });
});
