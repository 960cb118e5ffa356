/**
 * SQLite of the package better-sqlite3, for a Node that brings none. stint does not bring it along: it is found where Node
 * finds packages for stint, in its own node_modules or beside it.
 */
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

import {messageOf, StintError} from '../../base/index.ts';
import {packageRoot} from '../../platform/index.ts';
import {whyNotNodes} from './node-sqlite.ts';
import type {Connection, ConnectOptions, Driver, Parameters, Statement} from './port.ts';
import {immediateTransactions} from './transaction.ts';

/** Throws `NO_SQLITE`, with what to install, where it is not there or not of use. */
export function betterSqlite3(): Driver {
  const require = createRequire(join(packageRoot(), 'package.json'));
  const manifest = resolved(require);
  if (manifest === undefined)
    throw noSqlite('the package better-sqlite3 is not installed beside stint', INSTALL);
  const addon = join(dirname(manifest), 'build', 'Release', 'better_sqlite3.node');
  try {
    // Naming the compiled part spares the package a search at every start.
    const named = existsSync(addon) ? {nativeBinding: require(addon) as object} : {};
    const Constructor = require(dirname(manifest)) as BetterSqlite3;
    if (!('nativeBinding' in named)) new Constructor(':memory:', {}).close();
    return driverOf(Constructor, named);
  } catch (error) {
    throw noSqlite(`the package better-sqlite3 beside stint ${faultOf(error)}`, COMPILE, error);
  }
}

function driverOf(Constructor: BetterSqlite3, named: BetterOptions): Driver {
  const open = (path: string, source: string | Buffer, options: BetterOptions): Connection =>
    connectionOf(path, new Constructor(source, {...options, ...named}));
  return {
    name: 'better-sqlite3',
    version: () => versionOf(new Constructor(':memory:', named)),
    connect: (path, options) => open(path, path, {...options, fileMustExist: true}),
    connectToUnchanging: path => open(path, inMemory(path), {readonly: true}),
  };
}

function versionOf(db: BetterDatabase): string {
  const row = db.prepare<[], {version: string}>('SELECT sqlite_version() AS version').get();
  db.close();
  return row?.version ?? 'unknown';
}

function connectionOf(path: string, db: BetterDatabase): Connection {
  return {
    path,
    get isOpen() {
      return db.open;
    },
    exec: sql => void db.exec(sql),
    prepare: sql => db.prepare(sql),
    immediate: immediateTransactions(
      sql => db.prepare(sql),
      () => db.inTransaction,
    ),
    close: () => void db.close(),
  };
}

/** The file as SQLite takes it in memory, where there is no write-ahead log. */
function inMemory(path: string): Buffer {
  const bytes = readFileSync(path);
  bytes.fill(ROLLBACK_JOURNAL, FORMATS_AT, FORMATS_AT + 2);
  return bytes;
}

/** Versions of the file format to write and to read, in the header of the file. */
const FORMATS_AT = 18;
const ROLLBACK_JOURNAL = 1;

/** Of a package that is there, in words. */
function faultOf(error: unknown): string {
  const message = messageOf(error);
  if (message.includes('NODE_MODULE_VERSION')) return 'was compiled for another Node';
  if (message.includes('Could not locate the bindings file')) return 'is not compiled';
  return `cannot be loaded (${message.split('\n')[0]})`;
}

function resolved(require: NodeJS.Require): string | undefined {
  const own = join(packageRoot(), 'node_modules', 'better-sqlite3', 'package.json');
  if (existsSync(own)) return own; // Node finds the same there, and reads our package.json for it
  try {
    return require.resolve('better-sqlite3/package.json');
  } catch {
    return undefined; // whatever keeps Node from it, it is to be installed
  }
}

const INSTALL = 'npm install --global --allow-scripts=better-sqlite3 better-sqlite3@12';
const COMPILE = 'npm rebuild --global --allow-scripts=better-sqlite3 better-sqlite3';

function noSqlite(why: string, command: string, cause?: unknown): StintError {
  const isClone = existsSync(join(packageRoot(), 'scripts', 'setup.mjs'));
  const remedy = isClone ? 'node scripts/setup.mjs' : `${command}   (stint in a project: without --global)`;
  return new StintError('NO_SQLITE', `There is no SQLite: ${whyNotNodes()}, and ${why}.`, {
    cause,
    hint: `Use Node 24 or newer, or run: ${remedy}`,
  });
}

/** What is used of the package. Its statements are as the port wants them, and the codes of its errors SQLite's names. */
type BetterSqlite3 = new (source: string | Buffer, options: BetterOptions) => BetterDatabase;

interface BetterOptions extends Partial<ConnectOptions> {
  readonly fileMustExist?: boolean;
  readonly nativeBinding?: object;
}

interface BetterDatabase {
  readonly open: boolean;
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  prepare<P extends Parameters, R>(sql: string): Statement<P, R>;
  close(): unknown;
}
