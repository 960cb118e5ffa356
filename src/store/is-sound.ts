/** Looks for damage in all of a database, also where no query of today would come across it. */
import type {Connection} from './driver/port.ts';
import {storeFault} from './store-fault.ts';

/** Reads the whole file. */
export function isSound(db: Connection): boolean {
  try {
    return db.prepare<[], {quick_check: string}>('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
  } catch (error) {
    const fault = storeFault(error);
    if (fault === 'damaged' || fault === 'no-database') return false;
    throw error;
  }
}
