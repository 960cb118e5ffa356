/** SQLite's name for a result, from its number: https://sqlite.org/rescode.html. The upper bytes of one that tells more are left out. */
export function resultName(number: number): string {
  return `SQLITE_${NAMES[number & 0xff] ?? 'ERROR'}`;
}

/** By their numbers, from 0. */
const NAMES = [
  'OK',
  'ERROR',
  'INTERNAL',
  'PERM',
  'ABORT',
  'BUSY',
  'LOCKED',
  'NOMEM',
  'READONLY',
  'INTERRUPT',
  'IOERR',
  'CORRUPT',
  'NOTFOUND',
  'FULL',
  'CANTOPEN',
  'PROTOCOL',
  'EMPTY',
  'SCHEMA',
  'TOOBIG',
  'CONSTRAINT',
  'MISMATCH',
  'MISUSE',
  'NOLFS',
  'AUTH',
  'FORMAT',
  'RANGE',
  'NOTADB',
];
