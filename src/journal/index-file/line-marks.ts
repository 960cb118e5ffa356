/** Finding numbers and times in bytes of a journal without parsing its records. */
import {lineEnd} from '../../base/index.ts';
import {LineReader} from '../../platform/index.ts';
import {type NumberKey, numberOf, TIME_HEAD_BYTES, TIME_LABEL, timeAt} from '../record-number.ts';
import type {IndexEntry} from './sparse-index.ts';

const BLOCK_BYTES = 256 * 1024;
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
  const lines = new LineReader({blockBytes: BLOCK_BYTES});
  lines.seek(range.from);
  for (let bytes = lines.next(fd, range.to); bytes !== undefined; bytes = lines.next(fd, range.to)) {
    const offset = lines.offset - bytes.length;
    let known = 0;
    let at = due <= offset ? 0 : lineFrom(bytes, due - offset);
    while (at < bytes.length) {
      const number = numberOf(bytes.toString('latin1', at, at + TIME_HEAD_BYTES), key);
      if (number === undefined) {
        at = lineFrom(bytes, at + 1);
        continue;
      }
      newest = Math.max(newest, newestIn(bytes.subarray(known, at)));
      known = at;
      visit({number, offset: offset + at, newestBefore: newest});
      due = offset + at + interval;
      at = lineFrom(bytes, at + interval);
    }
    newest = Math.max(newest, newestIn(bytes.subarray(known)));
  }
  return newest;
}

/** The first line that begins at `at` or later; the length of the bytes when there is none. */
function lineFrom(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : lineEnd(bytes, at - 1) || bytes.length;
}
