/** Looks for damage in all of a database, also where no query of today would come across it. */
import type {Connection} from './driver.ts';
import {storeFault} from './store-fault.ts';

/** Reads the whole file. */
export function isSound(db: Connection): boolean {
  try {
    return db.pragma('quick_check(1)', {simple: true}) === 'ok';
  } catch (error) {
    const fault = storeFault(error);
    if (fault === 'damaged' || fault === 'no-database') return false;
    throw error;
  }
}
