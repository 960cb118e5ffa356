/**
 * Spares the first transaction of a connection two waits for the disk, which can take a hundred times as long as all
 * else that a submission needs.
 *
 * SQLite syncs the head of a WAL and its directory so that, after a power cut, no old frames behind a new head are taken
 * for new ones. In an empty WAL there are no old ones, and the checkpoint syncs the WAL before it relies on it.
 */
import {statSync} from 'node:fs';

import type {Connection} from '../driver/port.ts';

/** Puts a first frame, which changes nothing, into an empty WAL without a sync. For the one writer of the jobs' database. */
export function beginWal(db: Connection): void {
  if (statSync(`${db.path}-wal`, {throwIfNoEntry: false})?.size !== 0) return;
  db.exec('PRAGMA synchronous = OFF');
  try {
    db.exec('PRAGMA application_id = 0x7374696e'); // what it is already
  } catch {
    // a full disk: the transaction that matters finds that out, and says so
  } finally {
    db.exec('PRAGMA synchronous = NORMAL');
  }
}
