/** Two kinds of databases, each of which must not be taken for the other. */
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {type ChildProgram, childProgram} from '../platform/testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {openForReading, openForWriting} from './connection.ts';
import type {Connection} from './driver/port.ts';
import {JOBS_SCHEMA} from './jobs/schema.ts';
import {type Schema, stepsAfter} from './schema.ts';
import {firstColumn, firstValue} from './testing/open-database.ts';
import {EVENTS_SCHEMA} from './topics/schema.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('some.db');
});
afterEach(() => directory.remove());

const digest = (): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe.each([
  ['events', EVENTS_SCHEMA, JOBS_SCHEMA, ['consumers', 'events', 'topics']],
  ['jobs', JOBS_SCHEMA, EVENTS_SCHEMA, ['invocations', 'jobs', 'repo_policy']],
] as const)('a database of %s', (_, schema, other, tables) => {
  it('has its own name, its own version and its own tables', () => {
    const db = openForWriting(path, schema);
    expect(firstValue(db, 'PRAGMA application_id')).toBe(schema.applicationId);
    expect(firstValue(db, 'PRAGMA user_version')).toBe(schema.version);
    const names = firstColumn(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    expect(names).toEqual(expect.arrayContaining([...tables]));
    db.close();
    for (const opened of [openForReading(path, schema), openForWriting(path, schema)]) {
      expect(firstValue(opened as Connection, 'PRAGMA user_version')).toBe(schema.version);
      opened?.close();
    }
  });

  it('is refused where the other kind is wanted, and stays as it is', () => {
    openForWriting(path, schema).close();
    const before = digest();
    for (const open of [openForReading, openForWriting]) {
      expect(() => open(path, other)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
    }
    expect(digest()).toBe(before);
  });

  it('is refused when it is newer than this program, and stays as it is', () => {
    const db = openForWriting(path, schema);
    db.exec('PRAGMA user_version = 1000');
    db.close();
    const before = digest();
    for (const open of [openForReading, openForWriting]) {
      expect(() => open(path, schema)).toThrow(
        expect.objectContaining({
          code: 'NEWER_SCHEMA',
          message: expect.stringContaining(`(schema 1000, this one knows ${schema.version})`),
        }),
      );
    }
    expect(digest()).toBe(before);
  });

  it('tells what to do when it is older or damaged, in its own words', () => {
    const db = openForWriting(path, schema);
    db.exec('PRAGMA user_version = 0');
    db.close();
    expect(() => openForReading(path, schema)).toThrow(
      expect.objectContaining({code: 'OLDER_SCHEMA', hint: schema.whoUpgrades}),
    );
    expect(schema.whenDamaged).not.toBe(other.whenDamaged);
  });

  it('knows the steps of its own kind only', () => {
    const steps = stepsAfter(schema, 0);
    expect(steps.length).toBe(schema.version);
    expect(stepsAfter(schema, schema.version)).toEqual([]);
    for (const step of steps) expect(stepsAfter(other as Schema, 0)).not.toContain(step);
  });
});

describe('a database of events that many processes make at once', () => {
  let opener: ChildProgram;
  beforeAll(async () => {
    opener = await childProgram(OPENER);
  });
  afterAll(() => opener.remove());

  it('is made once, and each of them can write to it', async () => {
    for (let round = 0; round < 3; round++) {
      const at = directory.at(`round-${round}.db`);
      const children = Array.from({length: 4}, () => opener.start(at));
      for (const child of children) expect(await child.line()).toBe('ready');
      for (const child of children) child.process.kill('SIGUSR2');
      expect(await Promise.all(children.map(child => child.line()))).toEqual(['ok', 'ok', 'ok', 'ok']);
      await Promise.all(children.map(child => child.kill()));
      const db = openForWriting(at, EVENTS_SCHEMA);
      expect(firstValue(db, 'SELECT count(*) FROM topics')).toBe(4);
      db.close();
    }
  });
});

describe('a database of events that somebody makes while another one looks', () => {
  let looker: ChildProgram;
  beforeAll(async () => {
    looker = await childProgram(LOOKER);
  });
  afterAll(() => looker.remove());

  it('is not there yet or is whole, and never taken for a stranger', async () => {
    const child = looker.start(directory.path, String(LOOKS));
    for (let look = 0; look < LOOKS; look++) {
      expect(await child.line()).toBe(`looking for ${look}`);
      openForWriting(directory.at(`${look}.db`), EVENTS_SCHEMA).close();
    }
    expect(await child.line()).toBe('found all');
  });
});

const LOOKS = 60;

/** Looks for one database after the other until it is there. */
const LOOKER = `
import {EVENTS_SCHEMA, openForReading} from 'SRC/store/index.ts';
const [directory, looks] = process.argv.slice(2);
try {
  for (let look = 0; look < Number(looks); look++) {
    console.log('looking for ' + look);
    const giveUp = performance.now() + 60_000;
    let db;
    while (db === undefined && performance.now() < giveUp) {
      try {
        db = openForReading(directory + '/' + look + '.db', EVENTS_SCHEMA);
      } catch (error) {
        if (error.code !== 'BUSY') throw error;
      }
    }
    db.close();
  }
  console.log('found all');
} catch (error) {
  console.log(error.stack);
}
`;

/** Waits for a signal, so that all begin together. */
const OPENER = `
import {EVENTS_SCHEMA, openForWriting, topicStore} from 'SRC/store/index.ts';
import {firstColumn, firstValue} from './testing/open-database.ts';
setInterval(() => undefined, 60_000);
process.once('SIGUSR2', () => {
  try {
    const store = topicStore(openForWriting(process.argv[2], EVENTS_SCHEMA));
    store.together(() => store.addTopic('t' + process.pid));
    console.log('ok');
  } catch (error) {
    console.log(error.stack);
  }
});
console.log('ready');
`;
