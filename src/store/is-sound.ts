/** Looks for damage in all of a database, also where no query of today would come across it. */
import {codeOf} from '../base/index.ts';
import type {Connection} from './connection.ts';

/** Reads the whole file. */
export function isSound(db: Connection): boolean {
  try {
    return db.pragma('quick_check(1)', {simple: true}) === 'ok';
  } catch (error) {
    if (codeOf(error)?.startsWith('SQLITE_CORRUPT') || codeOf(error) === 'SQLITE_NOTADB') return false;
    throw error;
  }
}
