/** The sparse index of one segment, as its readers see it: entries that were checked against the segment itself. */
import {closeSync, constants, fstatSync, readSync} from 'node:fs';

import {NEWLINE} from '../../base/index.ts';
import {openPrivate} from '../../platform/index.ts';
import {type NumberKey, TIME_HEAD_BYTES} from '../record-number.ts';
import {
  decodeEntry,
  encodeHead,
  IDENTITY_BYTES,
  INDEX_ENTRY_BYTES,
  INDEX_HEAD_BYTES,
  type IndexEntry,
  isEntryOf,
  segmentIdentity,
} from './sparse-index.ts';

/** The side file that holds the sparse index of a segment. */
export function indexPath(segmentFile: string): string {
  return `${segmentFile}.idx`;
}

/** The first bytes of an open segment, which identify it; undefined while its first line is not whole. */
export function identityOf(segmentFd: number, key: NumberKey): Buffer | undefined {
  return segmentIdentity(readAt(segmentFd, 0, IDENTITY_BYTES), key);
}

/** Looks things up in the index of an open segment and closes it again. Without a usable index `look` gets one that is empty. */
export function withIndex<T>(
  segmentFile: string,
  segmentFd: number,
  key: NumberKey,
  look: (index: SegmentIndex) => T,
): T {
  const fd = tryOpen(indexPath(segmentFile));
  if (fd === undefined) return look(NO_INDEX);
  try {
    return look(checkedIndex(fd, segmentFd, key));
  } finally {
    closeSync(fd);
  }
}

export interface SegmentIndex {
  /** How many whole entries there are, good or not. */
  readonly count: number;
  /** An entry that is true of the segment, or undefined. */
  entryAt(at: number): IndexEntry | undefined;
}

const NO_INDEX: SegmentIndex = {count: 0, entryAt: () => undefined};

/** The index in an open file; one of another segment counts as empty. */
export function checkedIndex(indexFd: number, segmentFd: number, key: NumberKey): SegmentIndex {
  const identity = identityOf(segmentFd, key);
  if (identity === undefined || !readAt(indexFd, 0, INDEX_HEAD_BYTES).equals(encodeHead(identity)))
    return NO_INDEX;
  return {
    count: Math.floor((fstatSync(indexFd).size - INDEX_HEAD_BYTES) / INDEX_ENTRY_BYTES),
    entryAt(at) {
      const entry = decodeEntry(
        readAt(indexFd, INDEX_HEAD_BYTES + at * INDEX_ENTRY_BYTES, INDEX_ENTRY_BYTES),
      );
      if (entry === undefined) return undefined;
      const line = lineAt(segmentFd, entry.offset);
      return line !== undefined && isEntryOf(entry, identity, line) ? entry : undefined;
    },
  };
}

/** Undefined where no line begins. */
function lineAt(fd: number, offset: number): Buffer | undefined {
  if (offset === 0) return readAt(fd, 0, TIME_HEAD_BYTES);
  const bytes = readAt(fd, offset - 1, TIME_HEAD_BYTES + 1);
  return bytes[0] === NEWLINE && bytes.length > 1 ? bytes.subarray(1) : undefined;
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

function tryOpen(path: string): number | undefined {
  try {
    return openPrivate(path, constants.O_RDONLY);
  } catch {
    return undefined; // not there, or not for us to read: it is a hint, everything is found without it
  }
}
