/** A consistent copy of a database that others use meanwhile: nobody waits for it, and it is of one moment. */
import {closeSync, constants} from 'node:fs';

import {openPrivate} from '../platform/index.ts';
import {openAsItIs} from './connection.ts';
import type {Schema} from './schema.ts';
import {explainStoreError} from './store-errors.ts';

/** False where there is no database yet. `to` must not exist. Throws what opening it throws, and `STORE_CORRUPT`. */
export function copyDatabase(path: string, schema: Schema, to: string): boolean {
  const db = openAsItIs(path, schema);
  if (db === undefined) return false;
  try {
    // SQLite takes an empty file as a new one, and would make one that others may read.
    closeSync(openPrivate(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL));
    db.prepare<[string]>('VACUUM INTO ?').run(to);
    return true;
  } catch (error) {
    throw explainStoreError(path, error, schema);
  } finally {
    db.close();
  }
}
