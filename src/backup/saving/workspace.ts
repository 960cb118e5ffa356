/** A private directory for one backup's copies of databases: in the state directory, or where nothing can be written there among the system's temporary files. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {codeOf, StintError} from '../../base/index.ts';
import {isForbidden, makePrivateDirectory} from '../../platform/index.ts';
import {acquireOsLock, type OsLock} from '../../store/index.ts';
import {SAVE_LOCK, SAVING} from '../saved-names.ts';

/** Rejects with `BUSY` while another backup of this state directory is made; what one left that was killed is removed. */
export async function withWorkspace<T>(state: string, use: (directory: string) => Promise<T>): Promise<T> {
  const {directory, release} = open(state);
  try {
    return await use(directory);
  } finally {
    rmSync(directory, {recursive: true, force: true});
    release();
  }
}

function open(state: string): {readonly directory: string; readonly release: () => void} {
  let lock: OsLock | undefined;
  try {
    lock = acquireOsLock(join(state, SAVE_LOCK), 0);
    if (lock === undefined)
      throw new StintError('BUSY', 'Another backup of this state directory is being made.', {
        hint: 'Wait until it is done.',
      });
    const directory = join(state, SAVING);
    rmSync(directory, {recursive: true, force: true});
    makePrivateDirectory(directory);
    return {directory, release: lock.release};
  } catch (error) {
    lock?.release();
    if (!isForbidden(codeOf(error)) && codeOf(error) !== 'EROFS' && codeOf(error) !== 'STATE_DIR_UNUSABLE')
      throw error;
    return {directory: mkdtempSync(join(tmpdir(), 'stint-backup-')), release: () => undefined};
  }
}
