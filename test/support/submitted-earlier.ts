import {join} from 'node:path';

import {openDatabase} from '../../src/store/testing/open-database.ts';

/** As if the jobs beside this one had been submitted so many milliseconds earlier: what they report of the time before is believed then. */
export function submittedEarlier(jobDirectory: string, ms: number): void {
  const db = openDatabase(join(jobDirectory, '..', '..', '..', 'coordinator.db'));
  db.prepare('UPDATE jobs SET queued_at = queued_at - ?').run(ms);
  db.close();
}
