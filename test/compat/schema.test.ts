/**
 * The schemas as each released version made them are checked in here, in `schema-NNNN.sql` for the jobs and in
 * `events-NNNN.sql` for the event log. Such a file is never edited: a change of the schema is a new migration with a file of
 * its own.
 */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Connection} from '../../src/store/index.ts';
import {EVENTS_SCHEMA, JOBS_SCHEMA} from '../../src/store/index.ts';
import {firstColumn, firstValue, openDatabase} from '../../src/store/testing/open-database.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'src', 'store', 'migrations');
const SCHEMAS = [
  {of: 'jobs', from: MIGRATIONS, latest: JOBS_SCHEMA.version, kept: 'schema'},
  {of: 'the event log', from: join(MIGRATIONS, 'events'), latest: EVENTS_SCHEMA.version, kept: 'events'},
];
const stepsIn = (from: string): string[] =>
  readdirSync(from, {withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(({name}) => name)
    .sort();

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-compat-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

describe.each(SCHEMAS)('the migrations of $of', ({from, latest, kept}) => {
  const steps = stepsIn(from);
  const sqlOf = (step: string) => readFileSync(join(from, step), 'utf8');

  it('are numbered from 1 without gaps up to the version that this program writes', () => {
    const numbers = steps.map(name => /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    const expected = Array.from({length: latest}, (_, at) => String(at + 1).padStart(4, '0'));
    expect(numbers).toEqual(expected);
  });

  it.each(steps.map((name, at) => [name, at + 1] as const))(
    '%s makes the schema that was released',
    (_, version) => {
      const db = openDatabase(join(directory, 'a.db'));
      for (const step of steps.slice(0, version)) db.exec(sqlOf(step));
      expect(schemaOf(db)).toBe(released(kept, version, () => schemaOf(db)));
      db.close();
    },
  );

  it('can make their changes inside one transaction', () => {
    const db = openDatabase(join(directory, 'a.db'));
    db.exec('BEGIN IMMEDIATE');
    for (const step of steps) db.exec(sqlOf(step));
    db.exec('ROLLBACK');
    expect(firstValue(db, 'PRAGMA user_version')).toBe(0);
    expect(firstValue(db, 'PRAGMA application_id')).toBe(0);
    db.close();
  });
});

/** Everything that makes up the schema, as text. */
function schemaOf(db: Connection): string {
  const statements = firstColumn(
    db,
    'SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name',
  );
  return [
    `PRAGMA application_id = ${firstValue(db, 'PRAGMA application_id')};`,
    `PRAGMA user_version = ${firstValue(db, 'PRAGMA user_version')};`,
    ...statements.map(sql => `${String(sql)};`),
    '',
  ].join('\n');
}

/** The checked-in text; a new migration's is written the first time, to be checked in. */
function released(kept: string, version: number, make: () => string): string {
  const file = join(import.meta.dirname, `${kept}-${String(version).padStart(4, '0')}.sql`);
  if (!existsSync(file) && process.env.CI === undefined) writeFileSync(file, make());
  return readFileSync(file, 'utf8');
}
