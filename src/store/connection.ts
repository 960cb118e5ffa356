/**
 * The only way to a database. Every open verifies, in this order and before anything is written: that the files are
 * private, that it is SQLite, that it is stint's, that it is not newer than this program. Only then a writer sets it up
 * and migrates; the writer holds the coordinator's lock, so no two ever migrate at once.
 */
import {closeSync, constants, existsSync} from 'node:fs';

import Database from 'better-sqlite3';

import {codeOf, messageOf, StintError} from '../base/index.ts';
import {checkPrivate, nativeBindingPath, openPrivate} from '../platform/index.ts';
import {SCHEMA_VERSION, stepsAfter} from './migrations.ts';

export type Connection = Database.Database;

/** "stin" as the four bytes of SQLite's application_id. */
const APPLICATION_ID = 0x7374696e;

/** Opens for reading; undefined when there is no database yet. Throws `OLDER_SCHEMA` when a writer has to migrate it first. */
export function openForReading(path: string): Connection | undefined {
  if (!existsSync(path)) return undefined;
  return bringUp(path, {readonly: true, timeout: 300}, version => {
    if (version === SCHEMA_VERSION) return;
    throw new StintError(
      'OLDER_SCHEMA',
      `${path} was written by an older stint (schema ${version}, now ${SCHEMA_VERSION}).`,
      {
        hint: 'It is brought up to date by the next job that runs in this repository.',
      },
    );
  });
}

/** Opens for writing, makes and migrates it. For the one writer, the coordinator. */
export function openForWriting(path: string): Connection {
  const isNew = !existsSync(path);
  if (isNew) closeSync(openPrivate(path, constants.O_RDWR | constants.O_CREAT));
  return bringUp(path, {timeout: 5000}, (version, db) => {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('wal_autocheckpoint = 1000');
    migrate(db, version);
  });
}

function bringUp(
  path: string,
  options: Database.Options,
  prepare: (version: number, db: Connection) => void,
): Connection {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) checkPrivate(file);
  let db: Connection | undefined;
  try {
    db = new Database(path, {...options, fileMustExist: true, nativeBinding: nativeBindingPath()});
    const version = checkIdentity(path, db);
    prepare(version, db);
    return db;
  } catch (error) {
    db?.close();
    throw explain(path, error);
  }
}

/** The schema version of a database that is ours, or 0 for an empty one. */
function checkIdentity(path: string, db: Connection): number {
  const application = Number(db.pragma('application_id', {simple: true}));
  const version = Number(db.pragma('user_version', {simple: true}));
  if (application !== APPLICATION_ID) {
    const {tables} = db
      .prepare<[], {tables: number}>('SELECT count(*) AS tables FROM sqlite_master')
      .get() ?? {tables: 0};
    if (application !== 0 || version !== 0 || tables > 0)
      throw notOurs(path, 'it is a database of another program');
    return 0;
  }
  if (version > SCHEMA_VERSION) {
    throw new StintError(
      'NEWER_SCHEMA',
      `${path} was written by a newer stint (schema ${version}, this one knows ${SCHEMA_VERSION}). Nothing was changed.`,
      {
        hint: 'Upgrade this stint, or set STINT_STATE_DIR to another directory.',
      },
    );
  }
  return version;
}

function migrate(db: Connection, version: number): void {
  if (version === SCHEMA_VERSION) return;
  db.transaction(() => {
    for (const step of stepsAfter(version)) db.exec(step);
  }).immediate();
}

function notOurs(path: string, reason: string): StintError {
  return new StintError('NOT_A_STINT_FILE', `${path} is not stint's: ${reason}. Nothing was changed.`, {
    hint: 'Move it away, or set STINT_STATE_DIR to another directory.',
  });
}

function explain(path: string, error: unknown): unknown {
  if (error instanceof StintError) return error;
  switch (codeOf(error)) {
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return new StintError('STORE_CORRUPT', `The database ${path} is damaged: ${messageOf(error)}.`, {
        cause: error,
        hint: 'Run: stint doctor --repair   (it sets the file aside and rebuilds the rows from the job directories)',
      });
    case 'SQLITE_FULL':
    case 'ENOSPC':
      return new StintError('DISK_FULL', `No room to open ${path}: the disk is full.`, {
        cause: error,
        hint: 'Free some space and try again.',
      });
    case 'SQLITE_BUSY':
      return new StintError('BUSY', `The database ${path} is busy.`, {
        cause: error,
        hint: 'Try again in a moment.',
      });
    default:
      return error;
  }
}
