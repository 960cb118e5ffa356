/** How much room the file system has left. */
import {accessSync, constants, statfsSync} from 'node:fs';

import {hasCode} from '../../base/index.ts';

/** Bytes that this user may still write at `path`, or undefined where that cannot be read. */
export function freeBytes(path: string): number | undefined {
  try {
    const {bavail, bsize} = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined; // the directory is gone, or the file system does not say
  }
}

/** Whether the file system of what lies at `path` takes no writing, by anybody. */
export function isReadOnlyDisk(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return hasCode(error, 'EROFS');
  }
}
