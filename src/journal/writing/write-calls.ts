/** What a journal's writer asks of the file system once it is open; tests put a full disk here. */
import {fdatasyncSync, ftruncateSync, writeSync} from 'node:fs';

import {syncDirectory} from '../../platform/index.ts';

export interface WriteCalls {
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  truncate(fd: number, size: number): void;
  /** Brings what was written to the disk. */
  sync(fd: number): void;
  /** Brings the names in a directory to the disk: a file that was made there is still there after a power failure. */
  syncDirectory(path: string): void;
}

export const NODE_CALLS: WriteCalls = {
  write: writeSync,
  truncate: ftruncateSync,
  sync: fdatasyncSync,
  syncDirectory,
};
