/**
 * The end of a topic's journal as it is right now, for whoever does not hold the lock. Behind it there may be a line that
 * is being written, blank lines, or those of a batch that is not whole: these do not count, and may yet be cut off.
 * Everything up to the end stays as it is.
 */
import {closeSync, constants, fstatSync, statSync} from 'node:fs';

import {hasCode} from '../../../base/index.ts';
import {listSegments, segmentPath} from '../../../journal/index.ts';
import {lastLineIn, openPrivate, scanBack} from '../../../platform/index.ts';
import {damaged} from './damage.ts';
import {type LineHead, lineHead, unfinishedLines} from './entry-line.ts';

/** The newest entry that counts; undefined when there is none. */
export interface LogEnd {
  readonly last: LineHead | undefined;
  /**
   * Lines behind it that are no entries. Each may have been one before it was damaged, so its id is not given again, and
   * whoever reads or verifies the topic is told.
   */
  readonly damagedLines: number;
}

/** Throws `STORE_CORRUPT` where the files end with so many lines that are no entries that they are no log. */
export function logEnd(log: string, lastSegment: number): LogEnd {
  const here = endIn(segmentPath(log, lastSegment), 0);
  if (here.last !== undefined) return here;
  let {damagedLines} = here;
  for (const segment of listSegments(log).toReversed()) {
    if (segment >= lastSegment) continue;
    const end = endIn(segmentPath(log, segment), damagedLines);
    if (end.last !== undefined) return end;
    damagedLines = end.damagedLines;
  }
  return {last: undefined, damagedLines};
}

/** The last segment that there is; `known` is one that was it. Undefined where there is none. */
export function lastSegmentOf(log: string, known: number | undefined): number | undefined {
  if (known === undefined || !exists(log, known)) return listSegments(log).at(-1);
  let last = known;
  while (exists(log, last + 1)) last += 1;
  return last;
}

/** While somebody cuts and writes there, a look at it may see both. */
const LOOKS = 3;
const MOST_DAMAGED_LINES = 1000;

function endIn(file: string, damagedBehind: number): LogEnd {
  let fd: number;
  try {
    fd = openPrivate(file, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return {last: undefined, damagedLines: damagedBehind}; // compacted away
    throw error;
  }
  try {
    for (let look = 1; ; look += 1) {
      const end = endOf(fd, file, damagedBehind);
      if (end.damagedLines === damagedBehind || look === LOOKS) return end;
    }
  } finally {
    closeSync(fd);
  }
}

function endOf(fd: number, file: string, damagedBehind: number): LogEnd {
  let damagedLines = damagedBehind;
  for (let size = fstatSync(fd).size; ; ) {
    const line = lastLineIn(fd, size);
    if (line === undefined) return {last: undefined, damagedLines};
    const head = lineHead(line.text);
    // Of a batch that ended with what is damaged nothing is known to be missing.
    const unfinished = damagedLines > 0 && head !== undefined ? 0 : unfinishedLines(line.text);
    if (unfinished === 0 && head !== undefined) return {last: head, damagedLines};
    if (unfinished === 0) damagedLines += 1;
    if (damagedLines > MOST_DAMAGED_LINES)
      throw damaged(file, 'it ends with lines that are no entries', [line.from, line.to]);
    size = unfinished === 0 ? line.from : scanBack(fd, line.to, unfinished + 1).offset;
  }
}

function exists(log: string, segment: number): boolean {
  return statSync(segmentPath(log, segment), {throwIfNoEntry: false}) !== undefined;
}
