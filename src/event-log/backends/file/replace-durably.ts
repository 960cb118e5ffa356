import {StintError} from '../../../base/index.ts';
import {JournalWriteError} from '../../../journal/index.ts';
import {replaceFile as replaceWhole} from '../../../platform/index.ts';
import type {DiskCalls} from './disk-calls.ts';

/**
 * `isSynced`: returns when the new file, by its name, is on the disk. Only for whoever holds the topic's lock. Throws
 * `DISK_FULL`, or `INTERNAL` for another failure of the disk; the old file is then still there.
 */
export function replaceFile(path: string, text: string, isSynced: boolean, disk: DiskCalls): void {
  try {
    replaceWhole(path, text, isSynced ? disk : {write: disk.write, rename: disk.rename});
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(path, 0, error);
  }
}
