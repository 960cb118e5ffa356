/** The files that locks are taken on: empty databases, as far as SQLite is concerned. */
import {closeSync, constants, linkSync, rmSync, statSync} from 'node:fs';

import {hasCode} from '../../base/index.ts';
import {checkPrivate, notOurs, openPrivate, randomHex} from '../../platform/index.ts';
import {refuseLongPath} from '../database-path.ts';

/**
 * Makes the file where there is none. One that is there is only looked at, and a new one gets its name when it is closed:
 * a process that closes a file loses every lock that it has on it, and another thread may have one already.
 */
export function makeLockFile(path: string): void {
  refuseLongPath(path);
  const stats = statSync(path, {throwIfNoEntry: false});
  if (stats !== undefined) {
    if (!stats.isFile() || stats.size > 0) throw notOurs(path, 'lock, which is always empty');
    checkPrivate(path);
    return;
  }
  const made = `${path}.${randomHex(8)}`;
  closeSync(openPrivate(made, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL));
  try {
    linkSync(made, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error; // somebody was faster
  } finally {
    rmSync(made, {force: true});
  }
}
