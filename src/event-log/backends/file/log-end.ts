/**
 * The end of a topic's journal as it is right now, for whoever does not hold the lock. Behind it there may be a line that
 * is being written, or the lines of a batch that is not whole: these do not count, and may yet be cut off. Everything up
 * to the end stays as it is.
 */
import {closeSync, constants, fstatSync, statSync} from 'node:fs';

import {hasCode} from '../../../base/index.ts';
import {lastLineIn, listSegments, scanBack, segmentPath} from '../../../journal/index.ts';
import {openPrivate} from '../../../platform/index.ts';
import {damaged} from './damage.ts';
import {type LineHead, lineHead, unfinishedLines} from './entry-line.ts';

/** The newest line at the end of a batch; undefined when there is none. Throws `STORE_CORRUPT` for a last line that is no entry. */
export function lastCommitted(log: string, lastSegment: number): LineHead | undefined {
  const here = lastIn(segmentPath(log, lastSegment));
  if (here !== undefined) return here;
  for (const segment of listSegments(log).toReversed()) {
    const last = lastIn(segmentPath(log, segment));
    if (last !== undefined) return last;
  }
  return undefined;
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

function lastIn(file: string): LineHead | undefined {
  let fd: number;
  try {
    fd = openPrivate(file, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined; // compacted away
    throw error;
  }
  try {
    return lastOf(fd, file);
  } finally {
    closeSync(fd);
  }
}

function lastOf(fd: number, file: string): LineHead | undefined {
  let range: readonly [number, number] = [0, 0];
  for (let look = 0; look < LOOKS; look += 1) {
    let line = lastLineIn(fd, fstatSync(fd).size);
    const unfinished = line === undefined ? 0 : unfinishedLines(line.text);
    if (line !== undefined && unfinished > 0)
      line = lastLineIn(fd, scanBack(fd, line.to, unfinished + 1).offset);
    if (line === undefined) return undefined;
    const head = lineHead(line.text);
    if (head !== undefined && head.place === head.batchLength) return head;
    range = [line.from, line.to];
  }
  throw damaged(file, 'the last line is no entry', range);
}

function exists(log: string, segment: number): boolean {
  return statSync(segmentPath(log, segment), {throwIfNoEntry: false}) !== undefined;
}
