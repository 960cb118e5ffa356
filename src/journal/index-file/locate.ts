/**
 * Where in a journal to begin reading, found without reading what lies before. Numbers ascend, so the segment is
 * chosen by its first record and the place in it by bisection, which the sparse index shortens where lines are long.
 * Times may go back, so they are found by the index alone, or else from the start. A place found is never too late;
 * it may be too early, and the reader passes over what it does not want.
 */
import {closeSync, constants, fstatSync, readSync} from 'node:fs';

import {hasCode, lineEnd} from '../../base/index.ts';
import {openPrivate, scanBack} from '../../platform/index.ts';
import {NUMBER_HEAD_BYTES, type NumberKey, numberOf} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {withIndex} from './index-file.ts';
import {bracket} from './sparse-index.ts';

/** A byte in a segment at which a line begins. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

/** Below this distance reading on is cheaper than bisecting on. */
const NEAR_BYTES = 16 * 1024;
const BLOCK_BYTES = 16 * 1024;
/** So much is looked at first: most lines are shorter, and room for so little is at hand. */
const MOSTLY_ENOUGH_BYTES = 2 * 1024;

/** A line start at or before the first record numbered `from` or higher. Undefined when the journal does not exist. */
export function locateNumber(path: string, from: number, key: NumberKey): Position | undefined {
  const segments = listSegments(path);
  for (const segment of segments.toReversed()) {
    const offset = inSegment(path, segment, fd => {
      const first = firstNumber(fd, key);
      if (first === undefined || first > from) return undefined;
      const {last, next} = withIndex(segmentPath(path, segment), fd, key, index =>
        bracket(index.count, index.entryAt, entry => entry.number <= from),
      );
      return bisect(fd, from, key, last?.offset ?? 0, next?.offset ?? fstatSync(fd).size);
    });
    if (offset !== undefined) return {segment, offset};
  }
  return startOf(segments);
}

/** A line start at or before the first record whose time is `from` or later. Undefined when the journal does not exist. */
export function locateTime(path: string, from: number, key: NumberKey): Position | undefined {
  const segments = listSegments(path);
  for (const segment of segments.toReversed()) {
    const offset = inSegment(path, segment, fd =>
      withIndex(
        segmentPath(path, segment),
        fd,
        key,
        index => bracket(index.count, index.entryAt, entry => entry.newestBefore < from).last?.offset,
      ),
    );
    if (offset !== undefined) return {segment, offset};
  }
  return startOf(segments);
}

/** Which of two places comes later; one that is unknown does not count. */
export function laterOf(a: Position | undefined, b: Position | undefined): Position | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.segment > b.segment || (a.segment === b.segment && a.offset > b.offset) ? a : b;
}

/** The start of the last `count` complete lines, or of all when there are fewer. Undefined when the journal does not exist. */
export function locateLast(path: string, count: number): Position | undefined {
  const segments = listSegments(path);
  // Behind the newline that ends the line before them.
  let wanted = Math.max(0, count) + 1;
  for (const segment of segments.toReversed()) {
    const back = inSegment(path, segment, fd => scanBack(fd, fstatSync(fd).size, wanted));
    if (back === undefined) continue;
    if (back.found === wanted) return {segment, offset: back.offset};
    wanted -= back.found;
  }
  return startOf(segments);
}

function startOf(segments: readonly number[]): Position | undefined {
  const segment = segments[0];
  return segment === undefined ? undefined : {segment, offset: 0};
}

/** Undefined also for a segment that retention removed in the meantime. */
function inSegment<T>(path: string, segment: number, look: (fd: number) => T): T | undefined {
  let fd: number;
  try {
    fd = openPrivate(segmentPath(path, segment), constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return look(fd);
  } finally {
    closeSync(fd);
  }
}

/** The number of the first line that has one; lines without are passed over as far as one block goes. */
function firstNumber(fd: number, key: NumberKey): number | undefined {
  for (const length of [MOSTLY_ENOUGH_BYTES, BLOCK_BYTES]) {
    const bytes = blockAt(fd, 0, length);
    const isLast = bytes.length < length || length === BLOCK_BYTES;
    const end = isLast ? bytes.length : bytes.length - NUMBER_HEAD_BYTES; // a number may be cut off behind it
    for (let at = 0; at < end; ) {
      const number = numberOf(bytes.toString('latin1', at, at + NUMBER_HEAD_BYTES), key);
      if (number !== undefined) return number;
      at = lineEnd(bytes, at);
      if (at === 0) break;
    }
  }
  return undefined;
}

function bisect(fd: number, from: number, key: NumberKey, lowest: number, highest: number): number {
  // Always: `low` begins a line that is not past the wanted one, and no line before the wanted one begins at `high` or later.
  let low = lowest;
  let high = highest;
  while (high - low > NEAR_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const start = lineStartIn(fd, middle, high);
    const number = start === undefined ? undefined : numberAt(fd, start, key);
    if (start !== undefined && number !== undefined && number <= from) low = start;
    else high = middle;
  }
  return low;
}

/** The first byte in `[begin, end)` that follows a newline. */
function lineStartIn(fd: number, begin: number, end: number): number | undefined {
  let length = MOSTLY_ENOUGH_BYTES;
  // A line that starts at `begin` has its newline one byte before.
  for (let at = begin - 1; at < end - 1; at += length, length = BLOCK_BYTES) {
    const begins = lineEnd(blockAt(fd, at, Math.min(length, end - 1 - at)));
    if (begins > 0) return at + begins;
  }
  return undefined;
}

function blockAt(fd: number, offset: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length);
  return block.subarray(0, readSync(fd, block, 0, length, offset));
}

function numberAt(fd: number, offset: number, key: NumberKey): number | undefined {
  const head = Buffer.allocUnsafe(NUMBER_HEAD_BYTES);
  const bytes = readSync(fd, head, 0, NUMBER_HEAD_BYTES, offset);
  return numberOf(head.toString('latin1', 0, bytes), key);
}
