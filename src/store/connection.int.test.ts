import {createHash} from 'node:crypto';
import {chmodSync, cpSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {openForReading, openForWriting} from './connection.ts';
import type {Connection} from './driver/port.ts';
import {JOBS_SCHEMA} from './jobs/schema.ts';
import {firstColumn, firstValue, openDatabase} from './testing/open-database.ts';

let directory: TemporaryDirectory;
let path: string;
const open: Connection[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('coordinator.db');
});
afterEach(() => {
  for (const db of open.splice(0)) db.close();
  directory.remove();
});

describe('a database that does not exist', () => {
  it('is made private, in WAL mode, with the name and the version of the schema', () => {
    const db = writer();
    addPolicy(db, 'a', '1');
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(path + suffix)).toBe('600');
    expect(firstValue(db, 'PRAGMA journal_mode')).toBe('wal');
    expect(firstValue(db, 'PRAGMA application_id')).toBe(Buffer.from('stin').readUInt32BE(0));
    expect(firstValue(db, 'PRAGMA user_version')).toBe(JOBS_SCHEMA.version);
  });

  it('is no error for a reader, which makes nothing', () => {
    expect(openForReading(path, JOBS_SCHEMA)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  it('is nothing to read yet while its writer has made the file and no table', () => {
    writeFileSync(path, '', {mode: 0o600});
    expect(openForReading(path, JOBS_SCHEMA)).toBeUndefined();
    writer();
    expect(reader()).toBeDefined();
  });

  it('is set up by the next writer when the one before died right after making the file', () => {
    writeFileSync(path, '', {mode: 0o600});
    expect(firstValue(writer(), 'PRAGMA user_version')).toBe(JOBS_SCHEMA.version);
  });
});

describe('the settings of a connection', () => {
  it('are safe and patient for the writer', () => {
    const db = writer();
    expect(settings(db)).toEqual({
      synchronous: 1,
      foreign_keys: 1,
      busy_timeout: 5000,
      wal_autocheckpoint: 1000,
    });
  });

  it('do not let a reader wait long, nor write', () => {
    writer();
    const db = reader();
    expect(firstValue(db, 'PRAGMA busy_timeout')).toBe(300);
    expect(() => addPolicy(db, 'a', '1')).toThrow(/readonly/);
  });

  it('hold a job to its invocation', () => {
    const db = writer();
    const addJob = db.prepare(
      `INSERT INTO jobs (invocation_id, name, attempt, status, background, tags, command, cwd, sample_every, queued_at)
       VALUES ('000000000000', 'a', 1, 'queued', 1, '[]', 'true', '/', 1, 0)`,
    );
    expect(() => addJob.run()).toThrow('FOREIGN KEY constraint failed');
  });
});

describe('a reader beside the writer', () => {
  it('sees what the writer commits, at once and while the writer goes on', () => {
    const db = writer();
    const watching = reader();
    addPolicy(db, 'a', '1');
    expect(policies(watching)).toEqual(['a']);
    db.exec('BEGIN IMMEDIATE');
    addPolicy(db, 'b', '2');
    expect(policies(watching)).toEqual(['a']);
    db.exec('COMMIT');
    expect(policies(watching)).toEqual(['a', 'b']);
  });

  it('sees what a killed writer committed and nobody moved from the WAL yet', () => {
    const db = writer();
    addPolicy(db, 'a', '1');
    for (const suffix of ['', '-wal']) cpSync(path + suffix, directory.at(`copy.db${suffix}`));
    const copy = openForReading(directory.at('copy.db'), JOBS_SCHEMA);
    expect(copy && policies(copy)).toEqual(['a']);
    copy?.close();
  });
});

describe('a file of somebody else', () => {
  it.each(['a table', 'only a version', 'only a name of its own'])(
    'is refused and stays as it is to the byte: %s',
    kind => {
      foreignDatabase(db => {
        if (kind === 'a table') db.exec('CREATE TABLE notes (text)');
        if (kind === 'only a version') db.exec('PRAGMA user_version = 7');
        if (kind === 'only a name of its own') db.exec('PRAGMA application_id = 42');
      });
      refusesUntouched('NOT_A_STINT_FILE');
    },
  );

  it('is refused and stays as it is when its last changes are still in its WAL', () => {
    const source = directory.at('source.db');
    const db = openDatabase(source);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('CREATE TABLE notes (text)');
    for (const suffix of ['', '-wal']) {
      cpSync(source + suffix, path + suffix);
      chmodSync(path + suffix, 0o600);
    }
    db.close();
    refusesUntouched('NOT_A_STINT_FILE');
  });

  it('is refused by name when it is no database at all', () => {
    writeFileSync(path, 'this is a text, and a long enough one at that. '.repeat(100), {mode: 0o600});
    refusesUntouched('STORE_CORRUPT');
    expect(() => openForWriting(path, JOBS_SCHEMA)).toThrow(
      expect.objectContaining({hint: expect.stringContaining('stint doctor --repair')}),
    );
  });
});

describe('a database of another version of stint', () => {
  it('is refused when it is newer, and nothing is written', () => {
    const db = writer();
    db.exec('PRAGMA user_version = 11');
    db.close();
    refusesUntouched('NEWER_SCHEMA');
  });

  it('is refused when it is newer and its last changes are still in its WAL', () => {
    const source = directory.at('source.db');
    const db = openForWriting(source, JOBS_SCHEMA);
    db.exec('PRAGMA user_version = 11');
    for (const suffix of ['', '-wal']) cpSync(source + suffix, path + suffix);
    db.close();
    refusesUntouched('NEWER_SCHEMA');
  });

  it('has to be migrated by a writer before it can be read', () => {
    const db = writer();
    db.exec('PRAGMA user_version = 0');
    db.close();
    expect(() => openForReading(path, JOBS_SCHEMA)).toThrow(expect.objectContaining({code: 'OLDER_SCHEMA'}));
  });
});

describe('a database that others may read', () => {
  it.each(['', '-wal', '-shm'])('is refused with the chmod to run: coordinator.db%s', suffix => {
    const db = writer();
    addPolicy(db, 'a', '1');
    chmodSync(path + suffix, 0o640);
    for (const opening of [openForReading, openForWriting]) {
      expect(() => opening(path, JOBS_SCHEMA)).toThrow(
        expect.objectContaining({
          code: 'PERMISSIONS_TOO_OPEN',
          message: expect.stringContaining(`${path}${suffix} can be read or written by others (mode 640)`),
          hint: `Run: chmod 600 '${path}${suffix}'`,
        }),
      );
    }
  });
});

describe('a damaged database', () => {
  it('is named with its remedy', () => {
    writer().close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x55, 100, 4096));
    for (const opening of [openForReading, openForWriting]) {
      expect(() => opening(path, JOBS_SCHEMA)).toThrow(
        expect.objectContaining({code: 'STORE_CORRUPT', hint: expect.stringContaining('--repair')}),
      );
    }
  });

  it('is not followed through a link into nothing', () => {
    symlinkSync(directory.at('gone.db'), path);
    expect(() => openForWriting(path, JOBS_SCHEMA)).toThrow();
    expect(existsSync(directory.at('gone.db'))).toBe(false);
  });
});

describe('a database that somebody else keeps busy', () => {
  it('is said to be busy', () => {
    const db = writer();
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    addPolicy(db, 'a', '1');
    db.exec('PRAGMA wal_checkpoint');
    expect(() => openForReading(path, JOBS_SCHEMA)).toThrow(expect.objectContaining({code: 'BUSY'}));
  });
});

function writer(): Connection {
  const db = openForWriting(path, JOBS_SCHEMA);
  open.push(db);
  return db;
}

function reader(): Connection {
  const db = openForReading(path, JOBS_SCHEMA);
  if (db === undefined) throw new Error('there is no database');
  open.push(db);
  return db;
}

function settings(db: Connection): Record<string, unknown> {
  return {
    synchronous: firstValue(db, 'PRAGMA synchronous'),
    foreign_keys: firstValue(db, 'PRAGMA foreign_keys'),
    busy_timeout: firstValue(db, 'PRAGMA busy_timeout'),
    wal_autocheckpoint: firstValue(db, 'PRAGMA wal_autocheckpoint'),
  };
}

function addPolicy(db: Connection, key: string, value: string): void {
  db.prepare('INSERT INTO repo_policy (key, value) VALUES (?, ?)').run(key, value);
}

function policies(db: Connection): unknown[] {
  return firstColumn(db, 'SELECT key FROM repo_policy ORDER BY key');
}

function foreignDatabase(fill: (db: Connection) => void): void {
  writeFileSync(path, '', {mode: 0o600});
  const db = openDatabase(path);
  fill(db);
  db.close();
}

function refusesUntouched(code: string): void {
  const before = contents();
  for (const opening of [openForWriting, openForReading])
    expect(() => opening(path, JOBS_SCHEMA)).toThrow(expect.objectContaining({code}));
  expect(contents()).toEqual(before);
}

/** Digests of the database and of its WAL; an empty WAL, which readers make, is none. */
function contents(): (string | undefined)[] {
  return ['', '-wal'].map(suffix => {
    const bytes = existsSync(path + suffix) ? readFileSync(path + suffix) : Buffer.alloc(0);
    return bytes.length === 0 ? undefined : createHash('sha256').update(bytes).digest('hex');
  });
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}
