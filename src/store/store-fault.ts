import {codeOf} from '../base/index.ts';

/** What keeps SQLite from a database: `other` for what is nobody's but the program's fault. */
export type StoreFault =
  | 'busy'
  | 'no-database'
  | 'damaged'
  | 'full'
  | 'unopenable'
  | 'read-only'
  | 'disk'
  | 'forbidden'
  | 'other';

/** Undefined for an error that is none of SQLite's. */
export function storeFault(error: unknown): StoreFault | undefined {
  const code = codeOf(error) ?? '';
  return FAULTS.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/** By how SQLite's codes begin: an extended one tells more than anybody needs. */
const FAULTS: readonly (readonly [string, StoreFault])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_NOTADB', 'no-database'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CANTOPEN', 'unopenable'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_PERM', 'forbidden'],
  ['SQLITE_', 'other'],
];
