/** A new database without anything of stint's, in the SQLite of this Node. */
import {createRequire} from 'node:module';

import {bringsSqlite} from '../../scripts/own-sqlite.mjs';

/** What both have: `exec`, and `prepare` with `run`. */
export function rawDatabase(path) {
  if (bringsSqlite()) return new (process.getBuiltinModule('node:sqlite').DatabaseSync)(path);
  const Database = createRequire(import.meta.url)('better-sqlite3');
  return new Database(path);
}
