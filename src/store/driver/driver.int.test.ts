/** What both drivers promise. It runs on the one that this Node has: `npm run test:nodes` and CI run it on the other as well. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import {dirname} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {codeOf} from '../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {storeFault} from '../store-fault.ts';
import {firstColumn, firstValue, openDatabase} from '../testing/open-database.ts';
import {connect, sqliteDriver} from './choice.ts';
import type {Connection, Value} from './port.ts';

let directory: TemporaryDirectory;
let path: string;
let db: Connection;
const others: Connection[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('some.db');
  db = openDatabase(path);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, size REAL)');
});
afterEach(() => {
  for (const other of others.splice(0)) other.close();
  db.close();
  directory.remove();
});

function another(readonly = false): Connection {
  const other = connect(path, {readonly, timeout: 0});
  others.push(other);
  return other;
}

function faultOf(use: () => unknown): string | undefined {
  try {
    use();
  } catch (error) {
    expect(codeOf(error)).toMatch(/^SQLITE_[A-Z_]+$/);
    return storeFault(error);
  }
  return 'none';
}

const names = () => firstColumn(db, 'SELECT name FROM things ORDER BY id');
const add = (name: string, on = db) =>
  on.prepare<[string]>('INSERT INTO things (name) VALUES (?)').run(name).changes;

describe('a driver', () => {
  it('has a name and a version', () => {
    const {name, version} = sqliteDriver();
    expect(['node:sqlite', 'better-sqlite3']).toContain(name);
    expect(version()).toMatch(/^3\.\d+\.\d+$/);
    expect(version()).toBe(firstValue(db, 'SELECT sqlite_version()'));
  });

  it('opens what is there, and makes nothing', () => {
    const missing = directory.at('missing.db');
    for (const readonly of [true, false])
      expect(faultOf(() => connect(missing, {readonly, timeout: 0}))).toBe('unopenable');
    expect(faultOf(() => connect(directory.path, {timeout: 0}))).toBe('unopenable');
    expect(existsSync(missing)).toBe(false);
  });

  it.each([
    'a b',
    '100%41',
    'what?mode=memory',
    '#1',
    'é日本🎉',
    ':memory:',
    'file:x',
    "it's",
    'back\\slash',
    'new\nline',
  ])('finds a database of any name: %j', name => {
    mkdirSync(directory.at(name));
    const odd = directory.at(name, `${name}.db`);
    const made = openDatabase(odd);
    made.exec('CREATE TABLE things (id)');
    made.close();
    expect(readFileSync(odd).subarray(0, 15).toString()).toBe('SQLite format 3');
    expect(readdirSync(dirname(odd))).toEqual([`${name}.db`]);
  });
});

describe('values', () => {
  it.each<[string, Value]>([
    ['a text', "it's é 日本 🎉"],
    ['an empty text', ''],
    ['null', null],
    ['zero', 0],
    ['a moment in milliseconds', 1_767_225_600_123],
    ['the largest exact number', Number.MAX_SAFE_INTEGER],
    ['a negative one', -Number.MAX_SAFE_INTEGER],
  ])('come back as they were: %s', (_, value) => {
    db.exec('CREATE TABLE kept (value ANY) STRICT');
    db.prepare<[Value]>('INSERT INTO kept (value) VALUES (?)').run(value);
    expect(firstValue(db, 'SELECT value FROM kept')).toBe(value);
  });

  it('are whole numbers in a column of such', () => {
    db.exec('CREATE TABLE counts (count INTEGER NOT NULL) STRICT');
    db.prepare<[number]>('INSERT INTO counts VALUES (?)').run(2 ** 40);
    expect(firstColumn(db, 'SELECT typeof(count) FROM counts')).toEqual(['integer']);
  });

  it('are bound by name, and what the statement does not name is left out', () => {
    const insert = db.prepare<[object]>('INSERT INTO things (name, size) VALUES (@name, @size)');
    insert.run({name: 'one', size: 1.5, colour: 'red'});
    expect(db.prepare<[], object>('SELECT name, size FROM things').get()).toEqual({name: 'one', size: 1.5});
  });

  it('are bound by position, many at once', () => {
    const sum = db.prepare<number[], {n: number}>('SELECT ?+?+?+?+?+?+?+?+?+?+?+? AS n');
    expect(sum.get(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)?.n).toBe(78);
  });
});

describe('a statement', () => {
  it('gives rows, one row or none, and how many it changed', () => {
    expect([add('one'), add('two')]).toEqual([1, 1]);
    const find = db.prepare<[string], {id: number}>('SELECT id FROM things WHERE name = ?');
    expect([find.get('two'), find.get('three')]).toEqual([{id: 2}, undefined]);
    expect(find.all('three')).toEqual([]);
    expect(db.prepare('UPDATE things SET size = 1').run().changes).toBe(2);
    expect(db.prepare("DELETE FROM things WHERE name = 'three'").run().changes).toBe(0);
  });

  it('gives rows one by one, can be left early, and is then used again', () => {
    for (let at = 0; at < 100; at++) add(`${at}`);
    const every = db.prepare<[], {name: string}>('SELECT name FROM things ORDER BY id');
    const seen: string[] = [];
    for (const {name} of every.iterate()) {
      seen.push(name);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['0', '1', '2']);
    expect(db.prepare<[], {busy: number}>('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy).toBe(0);
    expect([...every.iterate()].length).toBe(100);
  });

  it('says what SQLite has against it', () => {
    expect(faultOf(() => db.prepare('SELEC 1'))).toBe('other');
    expect(faultOf(() => db.exec('INSERT INTO nothing VALUES (1)'))).toBe('other');
    add('one');
    expect(faultOf(() => db.exec("INSERT INTO things (id, name) VALUES (1, 'again')"))).toBe('other');
  });
});

describe('an immediate transaction', () => {
  it('is all or nothing, and gives what its work gives', () => {
    expect(db.immediate(() => add('one') + add('two'))).toBe(2);
    const failed = new Error('no');
    expect(() =>
      db.immediate(() => {
        add('three');
        throw failed;
      }),
    ).toThrow(failed);
    expect(names()).toEqual(['one', 'two']);
    db.immediate(() => add('four')); // nothing was left open
    expect(names()).toEqual(['one', 'two', 'four']);
  });

  it('keeps others from writing, not from reading', () => {
    const other = another();
    add('one');
    db.immediate(() => {
      add('two');
      expect(faultOf(() => add('three', other))).toBe('busy');
      expect(faultOf(() => other.immediate(() => 1))).toBe('busy');
      expect(firstColumn(other, 'SELECT name FROM things')).toEqual(['one']);
    });
    expect(other.immediate(() => add('three', other))).toBe(1);
  });

  it('that SQLite has ended itself, as where there is no room, is over', () => {
    db.exec('PRAGMA max_page_count = 10');
    const fill = () =>
      db.immediate(() =>
        db.prepare<[string]>('INSERT INTO things (name) VALUES (?)').run('x'.repeat(100_000)),
      );
    expect(faultOf(fill)).toBe('full');
    add('one');
    expect(names()).toEqual(['one']);
  });
});

describe('a connection', () => {
  it('waits for a lock for as long as it was told', () => {
    const other = another();
    const patient = connect(path, {timeout: 100});
    others.push(patient);
    other.immediate(() => {
      const before = performance.now();
      expect(faultOf(() => add('one', patient))).toBe('busy');
      expect(performance.now() - before).toBeGreaterThanOrEqual(90);
    });
  });

  it('that reads cannot write', () => {
    add('one');
    const reader = another(true);
    expect(firstColumn(reader, 'SELECT name FROM things')).toEqual(['one']);
    expect(faultOf(() => add('two', reader))).toBe('read-only');
  });

  it('can be closed twice, and then is of no use', () => {
    const other = another();
    const find = other.prepare('SELECT 1');
    expect(other.isOpen).toBe(true);
    other.close();
    other.close();
    expect(other.isOpen).toBe(false);
    expect(() => find.get()).toThrow();
  });

  it('finds damage where it is', () => {
    for (let at = 0; at < 1000; at++) add(`${at}`.padEnd(100));
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 8192));
    const damaged = another(true);
    expect(faultOf(() => damaged.prepare('SELECT count(*), max(name) FROM things').get())).toBe('damaged');
    const noDatabase = directory.at('text.db');
    writeFileSync(noDatabase, 'this is no database, but a text. '.repeat(100));
    const text = connect(noDatabase, {timeout: 0});
    others.push(text);
    expect(faultOf(() => text.prepare('SELECT * FROM sqlite_master').get())).toBe('no-database');
  });

  it('goes on after damage that a statement came across, with the same statement', () => {
    for (let at = 0; at < 1000; at++) add(`${at}`.padEnd(100));
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const pages = readFileSync(path).length / 4096;
    db.close();
    writeFileSync(path, readFileSync(path).fill(0x55, (pages - 3) * 4096, (pages - 2) * 4096));
    const damaged = another(true);
    const some = damaged.prepare<[number], {id: number}>('SELECT * FROM things ORDER BY id LIMIT ?');
    const reads = [(limit: number) => some.iterate(limit), (limit: number) => some.all(limit)];
    for (const read of reads) {
      const ids = (limit: number) => [...read(limit)].map(({id}) => id);
      for (let time = 0; time < 2; time++) {
        expect(faultOf(() => ids(1000))).toBe('damaged');
        expect(ids(3)).toEqual([1, 2, 3]);
        expect(some.get(1)?.id).toBe(1);
      }
    }
  });

  it('reads what nobody changes where nothing can be written, with nothing beside it', () => {
    add('one');
    db.close();
    mkdirSync(directory.at('read-only'));
    const copy = directory.at('read-only', 'some.db');
    copyFileSync(path, copy);
    chmodSync(directory.at('read-only'), 0o500);
    const reader = sqliteDriver().connectToUnchanging(copy);
    others.push(reader);
    expect(firstColumn(reader, 'SELECT name FROM things')).toEqual(['one']);
    expect(faultOf(() => add('two', reader))).toBe('read-only');
    expect(readdirSync(dirname(copy))).toEqual(['some.db']);
    chmodSync(directory.at('read-only'), 0o700);
  });
});
