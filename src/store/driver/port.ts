/**
 * What the store needs of SQLite, and no more, so that it can come from Node itself or from a package. Both drivers keep
 * the same promises, which `driver.int.test.ts` holds against the one of the Node that runs it. Everything is synchronous:
 * no `await` can tear a transaction.
 */

/** What a column holds. Texts are well-formed; a number beyond 2^53 comes back inexact or is refused as damage: nothing of ours is as large. */
export type Value = string | number | null;

/** Values for `?` one by one, or one object for `@name`, of whose keys those that the statement does not name are ignored. */
export type Parameters = readonly Value[] | readonly [object];

export interface Statement<P extends Parameters, R> {
  run(...values: P): {readonly changes: number};
  /** The first row. */
  get(...values: P): R | undefined;
  all(...values: P): R[];
  /** Rows as they are read. While it is not at its end, the connection is to be used for nothing else. */
  iterate(...values: P): IterableIterator<R>;
}

/**
 * What SQLite refuses is thrown as an Error whose `code` is SQLite's name for the result, `SQLITE_BUSY` say, be it that of
 * the result or of one that tells more (`SQLITE_BUSY_SNAPSHOT`). `storeFault` tells them apart.
 */
export interface Connection {
  readonly path: string;
  readonly isOpen: boolean;
  /** Statements without values, whose rows nobody wants. */
  exec(sql: string): void;
  /** A statement that can be run any number of times. `P`: its values, `R`: a row. */
  prepare<P extends Parameters = readonly Value[], R = unknown>(sql: string): Statement<P, R>;
  /** Runs the work as one immediate transaction: all of it, or with what it throws nothing. Not to be called inside of another one. */
  immediate<T>(work: () => T): T;
  /** Closing twice is allowed. */
  close(): void;
}

export interface ConnectOptions {
  /** How long a statement waits for the locks of others, in milliseconds, without giving way to anything else in this program. */
  readonly timeout: number;
  readonly readonly?: boolean;
}

export interface Driver {
  /** What it is called where people look for it. */
  readonly name: 'node:sqlite' | 'better-sqlite3';
  /** The version of SQLite itself. */
  version(): string;
  /** A connection to a database that is there already, be it empty. */
  connect(path: string, options: ConnectOptions): Connection;
  /** A connection that can only read, to a database in a place where nothing can be written, and that nobody changes. */
  connectToUnchanging(path: string): Connection;
}
