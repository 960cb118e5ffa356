/** SQLite as Node brings it along. Its shapes are written down here, because the types of the oldest Node that stint runs on have none. */
import {messageOf} from '../../base/index.ts';
import {builtinQuietly, nodeVersion} from '../../platform/index.ts';
import type {Connection, ConnectOptions, Driver, Parameters, Statement, Value} from './port.ts';
import {resultName} from './result-codes.ts';
import {immediateTransactions} from './transaction.ts';

/** Undefined where this Node has none that can be used. */
export function nodeSqlite(): Driver | undefined {
  const sqlite = isWhole() ? builtinQuietly<NodeSqlite>('node:sqlite') : undefined;
  if (sqlite === undefined) return undefined;
  const open = (path: string, mode: string, options: ConnectOptions): Connection => {
    const {timeout, readonly: readOnly = false} = options;
    return named(
      () => new NodeConnection(path, new sqlite.DatabaseSync(uriOf(path, mode), {readOnly, timeout})),
    );
  };
  return {
    name: 'node:sqlite',
    version: () => process.versions.sqlite ?? 'unknown',
    connect: (path, options) => open(path, options.readonly ? 'mode=ro' : 'mode=rw', options),
    connectToUnchanging: path => open(path, 'mode=ro&immutable=1', {readonly: true, timeout: 0}),
  };
}

/** Why there is none, in words. */
export function whyNotNodes(): string {
  const {node} = process.versions;
  if (isWhole()) return `this Node (${node}) was built without it`;
  return nodeVersion()[0] < 22 ? `Node ${node} brings none` : `that of Node ${node} is not whole yet`;
}

/** From 22.16 and 24.0 on a connection can wait for a lock, and tells of an open transaction. 20 has none at all. */
function isWhole(): boolean {
  const [major, minor] = nodeVersion();
  return major >= 24 || (major === 22 && minor >= 16);
}

/** https://sqlite.org/uri.html: only there can be said that a missing file is not to be made. */
function uriOf(path: string, mode: string): string {
  // a half surrogate has no UTF-8
  const escaped = encodeURIComponent(Buffer.from(path).toString()).replaceAll('%2F', '/');
  return `file:${path.startsWith('/') ? '//' : ''}${escaped}?${mode}`;
}

class NodeConnection implements Connection {
  readonly path: string;
  readonly #db: NodeDatabase;
  readonly immediate: Connection['immediate'];

  constructor(path: string, db: NodeDatabase) {
    this.path = path;
    this.#db = db;
    this.immediate = immediateTransactions(
      sql => this.prepare(sql),
      () => db.isTransaction,
    );
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  exec(sql: string): void {
    named(() => this.#db.exec(sql));
  }

  prepare<P extends Parameters, R>(sql: string): Statement<P, R> {
    return named(() => new NodeStatement<P, R>(this.#db.prepare(sql)));
  }

  close(): void {
    if (this.#db.isOpen) named(() => this.#db.close());
  }
}

class NodeStatement<P extends Parameters, R> implements Statement<P, R> {
  readonly #statement: NodeStatementSync;

  constructor(statement: NodeStatementSync) {
    statement.setAllowUnknownNamedParameters(true);
    this.#statement = statement;
  }

  run(...values: P): {changes: number} {
    return named(() => this.#statement.run(...(values as readonly Value[])));
  }

  get(...values: P): R | undefined {
    return named(() => this.#statement.get(...(values as readonly Value[]))) as R | undefined;
  }

  all(...values: P): R[] {
    return named(() => this.#statement.all(...(values as readonly Value[]))) as R[];
  }

  *iterate(...values: P): IterableIterator<R> {
    const rows = named(() => this.#statement.iterate(...(values as readonly Value[])));
    try {
      yield* rows as Iterable<R>;
    } catch (error) {
      this.#reset(values);
      throw withName(error);
    }
  }

  /** Node leaves a statement as it is when reading its rows fails, and its next use would fail with the same error. */
  #reset(values: P): void {
    try {
      this.#statement.iterate(...(values as readonly Value[]));
    } catch {
      // the same error once more; now it is gone
    }
  }
}

function named<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw withName(error);
  }
}

/** The same error, with SQLite's name for what happened as its code. */
function withName(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const {code, errcode} = error as {code?: unknown; errcode?: unknown};
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number')
    return Object.assign(error, {code: resultName(errcode)});
  const isTooLarge = code === 'ERR_OUT_OF_RANGE' && messageOf(error).startsWith('Value is too large');
  return isTooLarge ? Object.assign(error, {code: resultName(CORRUPT)}) : error;
}

const CORRUPT = 11;

/** https://nodejs.org/api/sqlite.html, as far as it is used here. */
interface NodeSqlite {
  readonly DatabaseSync: new (uri: string, options: {readOnly: boolean; timeout: number}) => NodeDatabase;
}

interface NodeDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): NodeStatementSync;
  close(): void;
}

interface NodeStatementSync {
  setAllowUnknownNamedParameters(isAllowed: boolean): void;
  run(...values: readonly Value[]): {changes: number};
  get(...values: readonly Value[]): unknown;
  all(...values: readonly Value[]): unknown[];
  iterate(...values: readonly Value[]): Iterable<unknown>;
}
