/** The only file that knows the package which SQLite comes from. What it throws is told apart in `store-fault.ts`. */
import Database from 'better-sqlite3';

import {nativeBindingPath} from '../platform/index.ts';

export type Connection = Database.Database;

export interface ConnectOptions {
  /** How long a statement waits for the locks of others, in milliseconds, without giving way to anything else in this program. */
  readonly timeout: number;
  readonly readonly?: boolean;
}

/** A connection to a database that is there already, be it empty. */
export function connect(path: string, options: ConnectOptions): Connection {
  return new Database(path, {...options, fileMustExist: true, nativeBinding: nativeBindingPath()});
}

/** A connection that can only read, to a database in memory. */
export function connectToBytes(bytes: Buffer): Connection {
  return new Database(bytes, {readonly: true, nativeBinding: nativeBindingPath()});
}
