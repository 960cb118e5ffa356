/** Which SQLite this process uses. Nothing else asks: both keep the same promises, and write the same files. */
import {betterSqlite3} from './better-sqlite3.ts';
import {nodeSqlite} from './node-sqlite.ts';
import type {Connection, ConnectOptions, Driver} from './port.ts';

/** That of Node where it has one, else the package. Throws `NO_SQLITE` where there is neither. */
export function sqliteDriver(): Driver {
  driver ??= nodeSqlite() ?? betterSqlite3();
  return driver;
}

let driver: Driver | undefined;

/** A connection to a database that is there already, be it empty. */
export function connect(path: string, options: ConnectOptions): Connection {
  return sqliteDriver().connect(path, options);
}
