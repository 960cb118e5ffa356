/**
 * Keeps the sparse index of a journal while it is written: lines first, then the entry that points to them. What goes
 * wrong with the index is never told to the journal: a segment then has fewer entries, or none, and reading finds its
 * way without them. The next opening completes the index of the last segment.
 */
import {closeSync, constants, fstatSync, readSync} from 'node:fs';

import {openPrivate} from '../../platform/index.ts';
import {type NumberKey, numberOf, TIME_HEAD_BYTES} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {EntryFile} from './index-entries.ts';
import {newestIn, scanLines} from './line-marks.ts';
import {INDEX_INTERVAL_BYTES} from './sparse-index.ts';

/** What the writer of a batch knows of it. */
export interface BatchMark {
  /** Number of the first record. */
  readonly number: number;
  /** Time of the first record, Unix ms. */
  readonly time: number;
  /** The newest time of all its records, Unix ms. */
  readonly newest: number;
}

export interface IndexWriter {
  /** To be called when `length` bytes were written at `offset` of the open segment. Without a mark they are looked through. */
  wrote(segmentFd: number, offset: number, bytes: Uint8Array, length: number, mark?: BatchMark): void;
  /** To be called when the next segment has been made. */
  rotated(segmentFile: string): void;
  close(): void;
}

/** Takes up the index of a journal's last segment and completes it. Undefined when the segments cannot be read for that. */
export function openIndexWriter(path: string, key: NumberKey): IndexWriter | undefined {
  try {
    return new SparseIndexWriter(key, completed(path, key, listSegments(path)));
  } catch {
    return undefined; // without all earlier times no entry would be true; the journal can be written all the same
  }
}

interface Completed {
  readonly file: EntryFile;
  /** The newest time in the journal. */
  readonly newest: number;
  /** The offset in the segment from which the next entry is due. */
  readonly due: number;
}

class SparseIndexWriter implements IndexWriter {
  readonly #key: NumberKey;
  #file: EntryFile;
  #newest: number;
  #due: number;

  constructor(key: NumberKey, {file, newest, due}: Completed) {
    this.#key = key;
    this.#file = file;
    this.#newest = newest;
    this.#due = due;
  }

  wrote(segmentFd: number, offset: number, bytes: Uint8Array, length: number, mark?: BatchMark): void {
    const batch = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    if (offset >= this.#due) {
      const number = mark?.number ?? numberOf(batch.toString('latin1', 0, TIME_HEAD_BYTES), this.#key);
      if (number !== undefined) {
        this.#file.add({number, offset, newestBefore: this.#newest}, batch, segmentFd);
        this.#due = offset + INDEX_INTERVAL_BYTES;
      }
    }
    const newest = mark === undefined ? newestIn(batch) : Math.max(mark.time, mark.newest);
    if (newest > this.#newest) this.#newest = newest;
  }

  rotated(segmentFile: string): void {
    this.#file.close();
    this.#file = new EntryFile(segmentFile, this.#key);
    // An entry at its very start says what was the newest time until then.
    this.#due = 0;
  }

  close(): void {
    this.#file.close();
  }
}

/** Goes on from the last good entry of the last segment; where there is none, from what the segment before it tells. */
function completed(path: string, key: NumberKey, segments: readonly number[]): Completed {
  const segmentFile = segmentPath(path, segments.at(-1) ?? 0);
  const earlier = segments.slice(0, -1);
  const fd = openPrivate(segmentFile, constants.O_RDONLY);
  const file = new EntryFile(segmentFile, key);
  try {
    const last = file.takeUp(fd);
    const from = last?.offset ?? 0;
    const newest = last?.newestBefore ?? newestThrough(path, key, earlier);
    // The start of the first segment needs no entry.
    const after = last === undefined && earlier.length > 0 ? 0 : from + INDEX_INTERVAL_BYTES;
    let due = after;
    const range = {from, to: fstatSync(fd).size, after, newest};
    const newestAtEnd = scanLines(fd, range, key, INDEX_INTERVAL_BYTES, entry => {
      file.add(entry, headAt(fd, entry.offset), fd);
      due = entry.offset + INDEX_INTERVAL_BYTES;
    });
    return {file, newest: newestAtEnd, due};
  } catch (error) {
    file.close();
    throw error;
  } finally {
    closeSync(fd);
  }
}

function newestThrough(path: string, key: NumberKey, segments: readonly number[]): number {
  if (segments.length === 0) return Number.NEGATIVE_INFINITY;
  const {file, newest} = completed(path, key, segments);
  file.close();
  return newest;
}

function headAt(fd: number, offset: number): Buffer {
  const head = Buffer.allocUnsafe(TIME_HEAD_BYTES);
  return head.subarray(0, readSync(fd, head, 0, TIME_HEAD_BYTES, offset));
}
