/**
 * The only way to a database. Every open verifies, in this order and before anything is written: that the files are
 * private, that it is SQLite, that it is stint's, that it is not newer than this program. That look is taken through a
 * connection that cannot write, because closing one that can moves what is in the WAL into the database. Only then a
 * writer sets it up and migrates; the writer holds the coordinator's lock, so no two ever migrate at once.
 */
import {closeSync, constants, existsSync} from 'node:fs';
import {dirname} from 'node:path';

import Database from 'better-sqlite3';

import {codeOf, messageOf, StintError} from '../base/index.ts';
import {
  checkPrivate,
  fileHead,
  fileReason,
  isDiskFull,
  isReadOnlyDisk,
  nativeBindingPath,
  openPrivate,
} from '../platform/index.ts';
import {refuseLongPath} from './jobs/database-path.ts';
import {COORDINATOR_SCHEMA, type Schema, stepsAfter} from './migrations.ts';
import {canSnapshot, openSnapshot} from './open-snapshot.ts';

export type Connection = Database.Database;

/**
 * Opens for reading; undefined when there is no database yet, or one that its writer is only just making. Throws
 * `OLDER_SCHEMA` when a writer has to migrate it first.
 */
export function openForReading(path: string, schema: Schema = COORDINATOR_SCHEMA): Connection | undefined {
  if (!existsSync(path)) return undefined;
  refuseForeign(path, schema);
  refuseIfOthersMayUse(path);
  return explained(path, schema, () => {
    const options = {readonly: true, timeout: READER_WAIT_MS};
    try {
      return readable(path, connect(path, options), schema);
    } catch (error) {
      if (!canSnapshot(path, error)) throw error;
      return readable(path, openSnapshot(path), schema);
    }
  });
}

function readable(path: string, db: Connection, schema: Schema): Connection | undefined {
  return closingOnError(db, () => {
    const version = versionOf(path, db, schema);
    if (version === schema.version) return db;
    if (version !== undefined) throw olderSchema(path, version, schema);
    db.close();
    return undefined;
  });
}

/** Opens for writing, makes and migrates it. One writer holds the coordinator's lock; logs have many, so the version is looked at again. */
export function openForWriting(path: string, schema: Schema = COORDINATOR_SCHEMA): Connection {
  refuseLongPath(path);
  refuseForeign(path, schema);
  if (!existsSync(path)) closeSync(openPrivate(path, constants.O_RDWR | constants.O_CREAT));
  refuseIfOthersMayUse(path);
  return explained(path, schema, () =>
    patiently(() => {
      const version = look(path, schema);
      const db = connect(path, {timeout: WRITER_WAIT_MS});
      return closingOnError(db, () => {
        db.pragma('journal_mode = WAL');
        db.pragma('synchronous = NORMAL');
        db.pragma('foreign_keys = ON');
        db.pragma('wal_autocheckpoint = 1000');
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
      if (!codeOf(error)?.startsWith('SQLITE_BUSY') || performance.now() >= deadline) throw error;
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
    // The jobs' database can only be one that was damaged.
    if (schema !== COORDINATOR_SCHEMA) throw noDatabase(path, schema);
    return;
  }
  const application = bytes.readUInt32BE(68);
  const isNew = bytes.readUInt32BE(40) === 0 && bytes.readUInt32BE(60) === 0;
  if (application !== schema.applicationId && !(application === 0 && isNew)) throw notOurs(path, schema);
}

const HEAD_BYTES = 100;
const SQLITE = 'SQLite format 3\0';

function connect(path: string, options: Database.Options): Connection {
  return new Database(path, {...options, fileMustExist: true, nativeBinding: nativeBindingPath()});
}

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
    throw notOurs(path, schema);
  }
  if (version > schema.version) throw newerSchema(path, version, schema);
  return version;
}

/** All of one moment: another process may be making the database right now, and what it was before and after do not fit together. */
const headOf = (db: Connection) =>
  db.transaction(() => ({
    // Reads the whole schema, so damage there is found now and not by the first query.
    tables: db.prepare<[], number>('SELECT count(*) FROM sqlite_master').pluck().get() ?? 0,
    application: Number(db.pragma('application_id', {simple: true})),
    version: Number(db.pragma('user_version', {simple: true})),
  }))();

function migrate(path: string, db: Connection, schema: Schema): void {
  db.transaction(() => {
    for (const step of stepsAfter(schema, versionOf(path, db, schema) ?? 0)) db.exec(step);
  }).immediate();
}

function notOurs(path: string, schema: Schema): StintError {
  return new StintError(
    'NOT_A_STINT_FILE',
    `${path} is not stint's: it is a database of another program. Nothing was changed.`,
    {hint: schema.whenForeign},
  );
}

function noDatabase(path: string, schema: Schema, cause?: unknown): StintError {
  return new StintError('NOT_A_STINT_FILE', `${path} is no database. Nothing was changed.`, {
    cause,
    hint: schema.whenForeign,
  });
}

function newerSchema(path: string, version: number, schema: Schema): StintError {
  return new StintError(
    'NEWER_SCHEMA',
    `${path} was written by a newer stint (schema ${version}, this one knows ${schema.version}). Nothing was changed.`,
    {hint: 'Upgrade this stint, or set STINT_STATE_DIR to another directory.'},
  );
}

function olderSchema(path: string, version: number, schema: Schema): StintError {
  return new StintError(
    'OLDER_SCHEMA',
    `${path} was written by an older stint (schema ${version}, now ${schema.version}).`,
    {hint: schema.whoUpgrades, details: {path}},
  );
}

function explained<T>(path: string, schema: Schema, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw explainStoreError(path, error, schema);
  }
}

/** An error of SQLite in the words of who uses stint, where there are such; any other error as it is. */
export function explainStoreError(
  path: string,
  error: unknown,
  schema: Schema = COORDINATOR_SCHEMA,
): unknown {
  if (error instanceof StintError) return error;
  const code = codeOf(error) ?? '';
  if (code === 'SQLITE_NOTADB' && schema !== COORDINATOR_SCHEMA) {
    return noDatabase(path, schema, error);
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StintError('STORE_CORRUPT', `The database ${path} is damaged: ${messageOf(error)}.`, {
      cause: error,
      hint: schema.whenDamaged,
    });
  }
  if (isDiskFull(code)) {
    return new StintError('DISK_FULL', `No room for ${path}: the disk is full.`, {
      cause: error,
      hint: 'Free some space and try again.',
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new StintError('BUSY', `The database ${path} is busy.`, {
      cause: error,
      hint: 'Try again in a moment.',
    });
  }
  if (
    schema === COORDINATOR_SCHEMA &&
    /^(SQLITE_(CANTOPEN|READONLY|IOERR|PERM)|EACCES|EPERM|EROFS)/.test(code)
  ) {
    const reason = isReadOnlyDisk(dirname(path)) ? 'the file system is read-only' : fileReason(error);
    return new StintError('STATE_DIR_UNUSABLE', `Cannot use the database ${path}: ${reason}.`, {
      cause: error,
      hint: 'Mend that, or set STINT_STATE_DIR to a directory of yours that can be written.',
    });
  }
  return error;
}
