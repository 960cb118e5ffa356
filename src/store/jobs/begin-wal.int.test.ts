import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openForWriting} from '../connection.ts';
import {firstValue} from '../testing/open-database.ts';
import {beginWal} from './begin-wal.ts';
import {JOBS_SCHEMA} from './schema.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-wal-'));
  path = join(directory, 'coordinator.db');
  openForWriting(path, JOBS_SCHEMA).close();
});
afterEach(() => rmSync(directory, {recursive: true}));

describe('beginWal', () => {
  it('leaves a WAL that is not empty, the database as it was and every later commit as safe as before', () => {
    const before = readFileSync(path);
    const db = openForWriting(path, JOBS_SCHEMA);
    beginWal(db);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    expect(readFileSync(path)).toEqual(before);
    expect(firstValue(db, 'PRAGMA synchronous')).toBe(1);
    expect(firstValue(db, 'PRAGMA application_id')).toBe(Buffer.from('stin').readUInt32BE(0));
    db.close();
  });

  it('does nothing to a WAL that holds something', () => {
    const db = openForWriting(path, JOBS_SCHEMA);
    beginWal(db);
    const size = statSync(`${path}-wal`).size;
    beginWal(db);
    expect(statSync(`${path}-wal`).size).toBe(size);
    db.close();
  });
});
