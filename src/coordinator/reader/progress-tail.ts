/**
 * What a reader reads of a job's progress: all of it where that is little, else the checkpoint of the coordinator that
 * follows it and what comes behind that. Either way it knows what is known to who has read all. Where there is no
 * checkpoint, because no coordinator came so far, and too much to read, where the job stands is not known.
 */
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, lineStart} from '../../base/index.ts';
import {linesBack, systemClock} from '../../platform/index.ts';
import {type ProgressRecord, parseProgressLine} from '../../progress/index.ts';
import {fits, JOB_FILES, readCheckpoint} from '../adapters/index.ts';

export interface ReadRecord {
  readonly record: ProgressRecord;
  /** The byte at which its line begins. */
  readonly begin: number;
}

export interface ProgressTail {
  /** They stand for all that was reported before `records`. */
  readonly before: readonly ProgressRecord[];
  /** The newest, as they stand in the file. None where the file is gone, and only what a coordinator knew is left. */
  readonly records: readonly ReadRecord[];
  /** Of the file; 0 where it is gone. */
  readonly size: number;
  /** There is more before `records`. */
  readonly isTorn: boolean;
  /** With `before` all is known that was reported. */
  readonly isWhole: boolean;
  /** When the file was last written, Unix milliseconds. */
  readonly writtenAt: number;
}

/** So little is read without looking for a checkpoint. */
const LITTLE_BYTES = 64 * 1024;
/** Some 100,000 records: a list with one such job still comes in a moment. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Undefined where the job never reported, or what it reported cannot be read. */
export function readProgressTail(directory: string): ProgressTail | undefined {
  let fd: number;
  try {
    // So that no FIFO in its place makes us wait.
    fd = openSync(join(directory, JOB_FILES.progress), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? whatIsLeft(directory) : undefined; // or the job closed it to others
  }
  try {
    return tailOf(fd, directory);
  } finally {
    closeSync(fd);
  }
}

function tailOf(fd: number, directory: string): ProgressTail | undefined {
  const stats = fstatSync(fd);
  if (!stats.isFile()) return undefined;
  const {size} = stats;
  const writtenAt = Math.min(Math.round(stats.mtimeMs), systemClock.now()); // whoever dates it ahead did not write it later
  const found = size <= LITTLE_BYTES ? undefined : readCheckpoint(directory);
  const checkpoint = found !== undefined && found.offset <= size && fits(found, fd) ? found : undefined;
  const {offset, digest: before} = checkpoint ?? {offset: 0, digest: []};
  if (size - offset > MOST_BYTES)
    return {before: [], records: lastRecords(fd, size), isTorn: true, isWhole: false, size, writtenAt};
  const records = recordsFrom(fd, offset, size);
  return {before, records, isTorn: offset > 0, isWhole: true, size, writtenAt};
}

function whatIsLeft(directory: string): ProgressTail | undefined {
  const checkpoint = readCheckpoint(directory);
  if (checkpoint === undefined) return undefined;
  const {digest: before, moved_at_ms} = checkpoint;
  return {before, records: [], isTorn: true, isWhole: true, size: 0, writtenAt: moved_at_ms ?? 0};
}

function recordsFrom(fd: number, offset: number, size: number): ReadRecord[] {
  const bytes = Buffer.allocUnsafe(size - offset);
  return recordsIn(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset)), offset);
}

/** Those that begin in the last piece of it. */
function lastRecords(fd: number, size: number): ReadRecord[] {
  const [tail] = linesBack(fd, size, {blockBytes: LITTLE_BYTES, mostBytes: LITTLE_BYTES});
  return tail === undefined ? [] : recordsIn(tail, size - tail.length);
}

/** Those in the whole lines of the bytes that stand in the file from there on. */
function recordsIn(bytes: Buffer, from: number): ReadRecord[] {
  let next = from;
  return bytes
    .toString('utf8', 0, lineStart(bytes))
    .split('\n')
    .flatMap(line => {
      const begin = next;
      next += Buffer.byteLength(line) + 1;
      const record = line === '' ? undefined : parseProgressLine(line);
      return record === undefined ? [] : [{record, begin}];
    });
}
