/** Whether the files of a journal that nobody watched follow each other and begin as a recorder begins them. */
import {rmSync} from 'node:fs';

import {numberOf, segmentPath, segmentsLeft} from '../../../journal/index.ts';
import {beginsWith, fileHead} from '../../../platform/index.ts';
import {setAside} from './journal-files.ts';

const HEAD_BYTES = 64;
const BEGIN = '{"seq":0,';

/**
 * Puts aside the first file that is not the journal's, and all behind it: what is missing then is recorded again. What was cut
 * out, and a kill left there, is removed.
 */
export function clearForeign(path: string, now: number): void {
  const {read: segments, cut, cutAt} = segmentsLeft(path);
  for (const segment of cut)
    if (beginsWell(path, segment)) rmSync(segmentPath(path, segment));
    else setAside(segmentPath(path, segment), now);
  if (segments[0] !== 0) setAside(path, now); // what is no file at all, as a directory
  const follows = (segment: number, at: number) => {
    const before = segments[at - 1] ?? -1;
    return segment === before + 1 || before === cutAt;
  };
  const wrong = segments.findIndex((segment, at) => !follows(segment, at) || !beginsWell(path, segment));
  if (wrong < 0) return;
  for (const segment of segments.slice(wrong).toReversed()) setAside(segmentPath(path, segment), now);
}

/** The first record has the number 0; a torn one is cut by whoever opens the journal. */
function beginsWell(path: string, segment: number): boolean {
  const head = fileHead(segmentPath(path, segment), HEAD_BYTES);
  if (head === undefined) return false;
  return segment === 0 ? beginsWith(head, BEGIN) : numberOf(head, 'seq') !== undefined || head === '';
}
