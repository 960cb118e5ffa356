/**
 * A journal whose middle was cut out goes on somewhere else than in its next segment: the last line of the segment before
 * the gap says where. So one rename, which puts a segment with such a line in place, takes any number of segments out of
 * what is read, whether or not their files are there still.
 */
import {closeSync, constants, fstatSync} from 'node:fs';

import {hasCode} from '../base/index.ts';
import {lastLineIn, openPrivate} from '../platform/index.ts';
import {listSegments, segmentPath} from './segment-name.ts';

/** Text of a record cannot look like it: its quotes are escaped. */
const MARK = /,"next_segment":(\d{1,15})(?:,"spool":\[\d+,\d+\])?\}\n?$/;
const MARK_BYTES = 128;
const BEFORE = /(?:,"spool":\[\d+,\d+\])?\}$/;

/** The line of a record, saying that behind it the journal goes on in that segment. */
export function withCutMark(line: string, nextSegment: number): string {
  return line.replace(BEFORE, end => `,"next_segment":${nextSegment}${end}`);
}

/** The segment in which the journal goes on behind these whole lines, where they say so. */
export function segmentBehindCut(lines: Buffer | string): number | undefined {
  const end =
    typeof lines === 'string'
      ? lines.slice(-MARK_BYTES)
      : lines.toString('latin1', Math.max(0, lines.length - MARK_BYTES));
  const [, segment] = MARK.exec(end) ?? [];
  return segment === undefined ? undefined : Number(segment);
}

export interface SegmentsLeft {
  /** Those that are read, ascending. */
  readonly read: readonly number[];
  /** Those that were cut out, and are still there. */
  readonly cut: readonly number[];
  /** The segment whose last line says so. */
  readonly cutAt: number | undefined;
}

/** The segments of a journal that are there, apart by whether they still belong to it. */
export function segmentsLeft(path: string): SegmentsLeft {
  const segments = listSegments(path);
  for (const cutAt of segments) {
    const next = cutMarkOf(segmentPath(path, cutAt));
    if (next !== undefined && next > cutAt && segments.includes(next)) {
      const isCut = (segment: number) => segment > cutAt && segment < next;
      return {read: segments.filter(each => !isCut(each)), cut: segments.filter(isCut), cutAt};
    }
  }
  return {read: segments, cut: [], cutAt: undefined};
}

/** Where the journal goes on behind a segment, where that says so. */
export function cutMarkOf(file: string): number | undefined {
  let fd: number;
  try {
    fd = openPrivate(file, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const last = lastLineIn(fd, fstatSync(fd).size);
    return last === undefined ? undefined : segmentBehindCut(last.text);
  } finally {
    closeSync(fd);
  }
}
