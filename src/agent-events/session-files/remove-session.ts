/** Removing the files of a session, for whoever holds its lock. */
import {rmSync} from 'node:fs';

import {StintError} from '../../base/index.ts';
import {listSegments, refuseForeignJournal, segmentPath} from '../../journal/index.ts';
import {lockSession} from './session-lock.ts';

/** Where a torn tail is kept. */
export function tornPath(path: string): string {
  return `${path}.torn`;
}

/** All but the lock, the newest first: what a kill leaves of it is the beginning of the session, without holes. */
export function removeSessionFiles(path: string): void {
  const files = listSegments(path).map(segment => segmentPath(path, segment));
  for (const file of [...files.toReversed(), path]) {
    rmSync(`${file}.idx`, {force: true}); // of the first also where nothing else is left of it
    rmSync(file, {force: true});
  }
  rmSync(tornPath(path), {force: true});
}

/**
 * Removes a session that is over, its lock last. Throws `BUSY` while somebody records it, `NOT_A_STINT_FILE` where something
 * else has such a name, and what the system says; then as much of it is left as was not removed.
 */
export function removeSession(path: string): void {
  refuseForeignSession(path);
  const lock = lockSession(path);
  if (lock === undefined) throw new StintError('BUSY', `Somebody is recording into ${path}.`);
  try {
    removeSessionFiles(path);
    rmSync(`${path}.lock`, {force: true});
  } finally {
    lock.release();
  }
}

/** Throws `NOT_A_STINT_FILE` where a file of the session holds something else. */
export function refuseForeignSession(path: string): void {
  refuseForeignJournal(path, 'index', tornPath(path));
}
