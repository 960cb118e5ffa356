/**
 * The only way to a database. Every open verifies, in this order and before anything is written: that the files are
 * private, that it is SQLite, that it is stint's, that it is not newer than this program. That look is taken through a
 * connection that cannot write, because closing one that can moves what is in the WAL into the database. Only then a
 * writer sets it up and migrates; the writer holds the coordinator's lock, so no two ever migrate at once.
 */
import {closeSync, constants, existsSync} from 'node:fs';

import {checkPrivate, fileHead, openPrivate} from '../platform/index.ts';
import {refuseLongPath} from './database-path.ts';
import {connect, sqliteDriver} from './driver/choice.ts';
import type {Connection} from './driver/port.ts';
import {type Schema, stepsAfter} from './schema.ts';
import {explainStoreError, newerSchema, noDatabase, notOurDatabase, olderSchema} from './store-errors.ts';
import {storeFault} from './store-fault.ts';
import {isUnchanging} from './unchanging.ts';

/**
 * Opens for reading; undefined when there is no database yet, or one that its writer is only just making. Throws
 * `OLDER_SCHEMA` when a writer has to migrate it first.
 */
export function openForReading(path: string, schema: Schema): Connection | undefined {
  return openToRead(path, schema, version => {
    if (version !== schema.version) throw olderSchema(path, version, schema);
  });
}

/** The same of a database that an older version may have written: what is asked of it must be in all of them. */
export function openAsItIs(path: string, schema: Schema): Connection | undefined {
  return openToRead(path, schema, () => undefined);
}

function openToRead(path: string, schema: Schema, check: CheckVersion): Connection | undefined {
  if (!existsSync(path)) return undefined;
  refuseForeign(path, schema);
  refuseIfOthersMayUse(path);
  return explained(path, schema, () => {
    const options = {readonly: true, timeout: READER_WAIT_MS};
    try {
      return readable(path, connect(path, options), schema, check);
    } catch (error) {
      if (!isUnchanging(path, error)) throw error;
      return readable(path, sqliteDriver().connectToUnchanging(path), schema, check);
    }
  });
}

/** Throws where a database of that version is not to be read. */
type CheckVersion = (version: number) => void;

function readable(path: string, db: Connection, schema: Schema, check: CheckVersion): Connection | undefined {
  return closingOnError(db, () => {
    const version = versionOf(path, db, schema);
    if (version === undefined) db.close();
    else check(version);
    return version === undefined ? undefined : db;
  });
}

/** Opens for writing, makes and migrates it. One writer holds the coordinator's lock; logs have many, so the version is looked at again. */
export function openForWriting(path: string, schema: Schema): Connection {
  sqliteDriver(); // without one nothing is made
  refuseLongPath(path);
  refuseForeign(path, schema);
  if (!existsSync(path)) closeSync(openPrivate(path, constants.O_RDWR | constants.O_CREAT));
  refuseIfOthersMayUse(path);
  return explained(path, schema, () =>
    patiently(() => {
      const version = look(path, schema);
      const db = connect(path, {timeout: WRITER_WAIT_MS});
      return closingOnError(db, () => {
        db.exec('PRAGMA journal_mode = WAL');
        db.exec('PRAGMA synchronous = NORMAL');
        db.exec('PRAGMA foreign_keys = ON');
        db.exec('PRAGMA wal_autocheckpoint = 1000');
        if (version !== schema.version) migrate(path, db, schema);
        return db;
      });
    }),
  );
}

const READER_WAIT_MS = 300;
const WRITER_WAIT_MS = 5000;
const BETWEEN_TRIES_MS = 10;

/** Where several make a database at once, some steps of that are refused without any waiting, whatever the timeout. */
function patiently<T>(use: () => T): T {
  const deadline = performance.now() + WRITER_WAIT_MS;
  for (;;) {
    try {
      return use();
    } catch (error) {
      if (storeFault(error) !== 'busy' || performance.now() >= deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS);
    }
  }
}

function refuseIfOthersMayUse(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) checkPrivate(file);
}

/**
 * What the head of the file tells already, and before its mode is asked: another program's database. A head that is behind
 * its write-ahead log tells nothing yet; then the look through SQLite does. Where there is such a log this process may have
 * the database open itself, and a file that it closes takes all its locks on it away: then only SQLite may look.
 */
function refuseForeign(path: string, schema: Schema): void {
  if (existsSync(`${path}-wal`)) return;
  const head = fileHead(path, HEAD_BYTES);
  if (head === undefined || head === '') return;
  const bytes = Buffer.from(head, 'latin1');
  if (bytes.length < HEAD_BYTES || !head.startsWith(SQLITE)) {
    if (!schema.isInState) throw noDatabase(path, schema);
    return; // one that was damaged: SQLite says how
  }
  const application = bytes.readUInt32BE(68);
  const isNew = bytes.readUInt32BE(40) === 0 && bytes.readUInt32BE(60) === 0;
  if (application !== schema.applicationId && !(application === 0 && isNew))
    throw notOurDatabase(path, schema);
}

const HEAD_BYTES = 100;
const SQLITE = 'SQLite format 3\0';

function closingOnError<T>(db: Connection, use: () => T): T {
  try {
    return use();
  } catch (error) {
    db.close();
    throw error;
  }
}

function look(path: string, schema: Schema): number | undefined {
  const db = connect(path, {readonly: true, timeout: WRITER_WAIT_MS});
  try {
    return versionOf(path, db, schema);
  } finally {
    db.close();
  }
}

/** The schema version of a database that is ours; undefined for an empty one. */
function versionOf(path: string, db: Connection, schema: Schema): number | undefined {
  const {tables, application, version} = headOf(db);
  if (application !== schema.applicationId) {
    if (application === 0 && version === 0 && tables === 0) return undefined;
    throw notOurDatabase(path, schema);
  }
  if (version > schema.version) throw newerSchema(path, version, schema);
  return version;
}

interface Head {
  readonly tables: number;
  readonly application: number;
  readonly version: number;
}

/**
 * All of one moment: another process may be making the database right now, and what it was before and after do not fit
 * together. The whole schema is read, so damage there is found now and not by the first query.
 */
function headOf(db: Connection): Head {
  const head = db
    .prepare<[], Head>(
      `SELECT (SELECT count(*) FROM sqlite_master) AS tables,
              (SELECT application_id FROM pragma_application_id) AS application,
              (SELECT user_version FROM pragma_user_version) AS version`,
    )
    .get();
  return head ?? {tables: 0, application: 0, version: 0};
}

function migrate(path: string, db: Connection, schema: Schema): void {
  db.immediate(() => {
    for (const step of stepsAfter(schema, versionOf(path, db, schema) ?? 0)) db.exec(step);
  });
}

function explained<T>(path: string, schema: Schema, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw explainStoreError(path, error, schema);
  }
}
