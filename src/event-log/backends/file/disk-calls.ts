/** What a topic's writer asks of the file system; tests put a full disk, or the end of the process, here. */
import {closeSync, constants, renameSync} from 'node:fs';

import {NODE_CALLS, removeSegment, type WriteCalls} from '../../../journal/index.ts';
import {openPrivate} from '../../../platform/index.ts';

export interface DiskCalls extends WriteCalls {
  rename(from: string, to: string): void;
  /** Makes an empty private file; one that is there stays as it is. */
  make(path: string): void;
  /** Removes a segment and what belongs to it. */
  removeSegment(path: string): void;
}

export const NODE_DISK: DiskCalls = {
  ...NODE_CALLS,
  rename: renameSync,
  make: path => closeSync(openPrivate(path, constants.O_WRONLY | constants.O_CREAT)),
  removeSegment,
};
