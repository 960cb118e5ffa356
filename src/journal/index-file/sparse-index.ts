/**
 * The format of a sparse index: which record begins at which byte of a segment, one entry for every 256 KiB or so.
 * It is a hint. Each entry carries a checksum over what it says and over the head of the line it points to, so one
 * that is damaged, stale or of another file is noticed and passed over; deleting the file costs only time.
 *
 * A file is a head of 32 bytes (`stint-index-v1` and NULs to 16 bytes, then 16 bytes that identify the segment:
 * SHA-256 over the number key, a NUL and the first 256 bytes of its first line, fewer when the line is shorter) and
 * entries of 32 bytes: number, offset and the newest time before that offset as little-endian doubles, then 8 bytes
 * of SHA-256 over the segment's identity, these 24 bytes and the first 96 bytes of the line at the offset.
 */
import {createHash} from 'node:crypto';

import {lineEnd} from '../../base/index.ts';
import {type NumberKey, TIME_HEAD_BYTES} from '../record-number.ts';

/** What the index knows of one line. */
export interface IndexEntry {
  /** Number of the record. */
  readonly number: number;
  /** The byte of the segment at which its line begins. */
  readonly offset: number;
  /**
   * No record before it, in this or an earlier segment, is newer than this (Unix ms; -Infinity where there is none).
   * A maximum, so entries ascend even where the clock was put back.
   */
  readonly newestBefore: number;
}

/** An entry as it stands in the file, not yet checked against the segment. */
export interface StoredEntry extends IndexEntry {
  readonly checksum: Buffer;
}

/** How far apart entries are at least, in bytes of the segment. */
export const INDEX_INTERVAL_BYTES = 256 * 1024;
export const INDEX_HEAD_BYTES = 32;
export const INDEX_ENTRY_BYTES = 32;
/** How much of a segment's first line identifies it. */
export const IDENTITY_BYTES = 256;

/** How every index begins. */
export const INDEX_MAGIC = 'stint-index-v1\0\0';
const MAGIC = Buffer.from(INDEX_MAGIC, 'latin1');
const CHECKED_BYTES = 24;

/** What identifies a segment; `start` is its first 256 bytes or all it has. Undefined while its first line is not whole. */
export function segmentIdentity(start: Buffer, key: NumberKey): Buffer | undefined {
  const end = lineEnd(start.subarray(0, IDENTITY_BYTES));
  if (end === 0 && start.length < IDENTITY_BYTES) return undefined;
  const line = start.subarray(0, end === 0 ? IDENTITY_BYTES : end - 1);
  return createHash('sha256').update(`${key}\0`).update(line).digest().subarray(0, 16);
}

/** The head of the index of that segment. */
export function encodeHead(identity: Buffer): Buffer {
  return Buffer.concat([MAGIC, identity]);
}

/** `line` is the segment from the offset on, at least the first 96 bytes or the whole line. */
export function encodeEntry(entry: IndexEntry, identity: Buffer, line: Buffer): Buffer {
  const bytes = Buffer.alloc(INDEX_ENTRY_BYTES);
  bytes.writeDoubleLE(entry.number, 0);
  bytes.writeDoubleLE(entry.offset, 8);
  bytes.writeDoubleLE(entry.newestBefore, 16);
  checksumOf(bytes, identity, line).copy(bytes, CHECKED_BYTES);
  return bytes;
}

/** Undefined for bytes that are no entry; a stored entry is to be checked with `isEntryOf`. */
export function decodeEntry(bytes: Buffer): StoredEntry | undefined {
  if (bytes.length !== INDEX_ENTRY_BYTES) return undefined;
  const [number, offset, newestBefore] = [
    bytes.readDoubleLE(0),
    bytes.readDoubleLE(8),
    bytes.readDoubleLE(16),
  ];
  if (!Number.isSafeInteger(offset) || offset < 0 || Number.isNaN(number) || Number.isNaN(newestBefore))
    return undefined;
  return {number, offset, newestBefore, checksum: bytes.subarray(CHECKED_BYTES)};
}

/** Whether the entry was made for this segment and this line. */
export function isEntryOf(entry: StoredEntry, identity: Buffer, line: Buffer): boolean {
  return encodeEntry(entry, identity, line).subarray(CHECKED_BYTES).equals(entry.checksum);
}

/**
 * The last entry for which `isBefore` holds, and the first one behind it, by bisection over `count` entries that
 * ascend. An entry that cannot be read ends the search towards the end: a place found is never too late.
 */
export function bracket(
  count: number,
  entryAt: (at: number) => IndexEntry | undefined,
  isBefore: (entry: IndexEntry) => boolean,
): {readonly last: IndexEntry | undefined; readonly next: IndexEntry | undefined} {
  let last: IndexEntry | undefined;
  let next: IndexEntry | undefined;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const entry = entryAt(middle);
    if (entry !== undefined && isBefore(entry)) {
      last = entry;
      low = middle + 1;
    } else {
      next = entry ?? next;
      high = middle;
    }
  }
  return {last, next};
}

function checksumOf(entry: Buffer, identity: Buffer, line: Buffer): Buffer {
  const end = lineEnd(line.subarray(0, TIME_HEAD_BYTES));
  return createHash('sha256')
    .update(identity)
    .update(entry.subarray(0, CHECKED_BYTES))
    .update(line.subarray(0, end === 0 ? TIME_HEAD_BYTES : end - 1))
    .digest()
    .subarray(0, INDEX_ENTRY_BYTES - CHECKED_BYTES);
}
