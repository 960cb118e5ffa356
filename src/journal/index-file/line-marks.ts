/** Finding numbers and times in bytes of a journal without parsing its records. */
import {readSync} from 'node:fs';
import {lastNewline} from '../reading/scan-back.ts';
import {type NumberKey, numberOf, TIME_HEAD_BYTES, TIME_LABEL, timeAt} from '../record-number.ts';
import type {IndexEntry} from './sparse-index.ts';

const BLOCK_BYTES = 256 * 1024;
const NEWLINE = 10;
const LABEL = Buffer.from(TIME_LABEL, 'latin1');
const LONGEST_TIME_BYTES = 40;

/**
 * The newest time anywhere in the bytes, or -Infinity. Times that stand inside of records count too: for a bound it
 * does no harm to be too high, and of a damaged line nothing is missed.
 */
export function newestIn(bytes: Buffer): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (let at = bytes.indexOf(LABEL); at >= 0; at = bytes.indexOf(LABEL, at)) {
    at += LABEL.length;
    const time = timeAt(bytes.toString('latin1', at, at + LONGEST_TIME_BYTES), 0);
    if (time !== undefined && time > newest) newest = time;
  }
  return newest;
}

/**
 * Walks over the lines of an open segment from `from`, where a line begins, to `to`, where one ends, and tells `visit`
 * of numbered ones, at least `interval` bytes apart and from the line at `from` or `after` on, with the newest time
 * before them. `newest` is what is known of the time before `from`; the newest time before `to` is returned.
 */
export function scanLines(
  fd: number,
  range: {readonly from: number; readonly to: number; readonly after: number; readonly newest: number},
  key: NumberKey,
  interval: number,
  visit: (entry: IndexEntry) => void,
): number {
  let {newest} = range;
  let due = range.after;
  for (const {bytes, offset} of wholeLines(fd, range.from, range.to)) {
    let known = 0;
    let at = due <= offset ? 0 : lineStart(bytes, due - offset);
    while (at < bytes.length) {
      const number = numberOf(bytes.toString('latin1', at, at + TIME_HEAD_BYTES), key);
      if (number === undefined) {
        at = lineStart(bytes, at + 1);
        continue;
      }
      newest = Math.max(newest, newestIn(bytes.subarray(known, at)));
      known = at;
      visit({number, offset: offset + at, newestBefore: newest});
      due = offset + at + interval;
      at = lineStart(bytes, at + interval);
    }
    newest = Math.max(newest, newestIn(bytes.subarray(known)));
  }
  return newest;
}

/** The first line that begins at `at` or later; the length of the bytes when there is none. */
function lineStart(bytes: Buffer, at: number): number {
  const newline = at === 0 ? -1 : bytes.indexOf(NEWLINE, at - 1);
  return at === 0 ? 0 : newline < 0 ? bytes.length : newline + 1;
}

/** Blocks of whole lines; a line that is longer than a block comes as a whole. Valid until the next one is asked for. */
function* wholeLines(fd: number, from: number, to: number): Generator<{bytes: Buffer; offset: number}> {
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let offset = from;
  while (offset < to) {
    const read = readSync(fd, block, 0, Math.min(block.length, to - offset), offset);
    const length = lastNewline(block, read) + 1;
    if (length > 0) {
      yield {bytes: block.subarray(0, length), offset};
      offset += length;
    } else if (read < block.length) {
      return;
    } else {
      block = Buffer.allocUnsafeSlow(block.length * 4);
    }
  }
}
