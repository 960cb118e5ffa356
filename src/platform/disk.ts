/** How much room the file system has left. */
import {statfsSync} from 'node:fs';

/** Bytes that this user may still write at `path`, or undefined where that cannot be read. */
export function freeBytes(path: string): number | undefined {
  try {
    const {bavail, bsize} = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined; // the directory is gone, or the file system does not say
  }
}

/** Whether an error says that the disk (or the quota) is full. */
export function isDiskFull(code: string | undefined): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || code === 'DISK_FULL';
}
