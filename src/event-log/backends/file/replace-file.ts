/**
 * Putting a new file in the place of an old one: whoever reads finds one or the other, whole. The text is written beside it
 * and brought to the disk before it gets the name, so that not even a power failure leaves half of it there.
 */
import {closeSync, constants} from 'node:fs';
import {dirname} from 'node:path';

import {StintError} from '../../../base/index.ts';
import {JournalWriteError} from '../../../journal/index.ts';
import {openPrivate} from '../../../platform/index.ts';
import type {DiskCalls} from './disk-calls.ts';

/**
 * `isSynced`: returns when the new file, by its name, is on the disk. Only for whoever holds the topic's lock. Throws
 * `DISK_FULL`, or `INTERNAL` for another failure of the disk; the old file is then still there.
 */
export function replaceFile(path: string, text: string, isSynced: boolean, disk: DiskCalls): void {
  try {
    const temporary = `${path}.tmp`;
    const fd = openPrivate(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    try {
      writeWhole(fd, Buffer.from(text), disk);
      if (isSynced) disk.sync(fd);
    } finally {
      closeSync(fd);
    }
    disk.rename(temporary, path);
    if (isSynced) disk.syncDirectory(dirname(path));
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(path, 0, error);
  }
}

function writeWhole(fd: number, bytes: Buffer, disk: DiskCalls): void {
  let written = 0;
  while (written < bytes.length) {
    const count = disk.write(fd, bytes, written, bytes.length - written);
    if (count === 0) throw new Error('the file took no bytes');
    written += count;
  }
}
