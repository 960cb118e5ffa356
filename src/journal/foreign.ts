/** Whether the files of a journal, and those beside it, are such: asked before any of them is repaired, written or removed. */
import {fileHead, notOurs, refuseUnlessBegins, withoutBlanks} from '../platform/index.ts';
import {indexPath} from './index-file/index-file.ts';
import {INDEX_MAGIC} from './index-file/sparse-index.ts';
import {headBegins, type NumberKey} from './record-number.ts';
import {listSegments, segmentPath} from './segment-name.ts';

const HEAD_BYTES = 32;
/** What a machine that went down leaves of a line. */
const ZEROS = /^[\0\s]+/;

/**
 * Throws a `StintError` with code `NOT_A_STINT_FILE` where a segment, its index or the file of torn tails holds something
 * else. Ours is what is empty, and what begins, as far as it goes, as its writer begins it; where records may be `edited`,
 * also behind zeros, blanks and a byte order mark.
 */
export function refuseForeignJournal(path: string, key: NumberKey, tornPath: string, edited = false): void {
  for (const segment of listSegments(path)) {
    const file = segmentPath(path, segment);
    const head = fileHead(file, HEAD_BYTES);
    if (head !== undefined && !headBegins(edited ? withoutBlanks(head.replace(ZEROS, '')) : head, key))
      throw notOurs(file, 'journal of such records');
    refuseUnlessBegins(indexPath(file), INDEX_MAGIC, 'index of a journal');
  }
  if (listSegments(path).length === 0) refuseUnlessBegins(indexPath(path), INDEX_MAGIC, 'index of a journal');
  const torn = fileHead(tornPath, HEAD_BYTES);
  if (torn !== undefined && !beginsAsTorn(torn)) throw notOurs(tornPath, 'file of torn records');
}

/** A kill can leave half a line there, behind which the next one begins. */
function beginsAsTorn(head: string): boolean {
  const [line = ''] = head.split('\n');
  return head === '' || line.startsWith(TORN) || (line !== '' && TORN.startsWith(line));
}

const TORN = '{"file":';
