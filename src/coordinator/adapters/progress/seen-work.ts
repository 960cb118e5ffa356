/**
 * What the records of a job told of its work when it was found stalled. A worker may keep one record up to date in its
 * place, and do so while no coordinator lives: then no byte is new, and only what the bytes tell says that it moved.
 */
import {closeSync, readSync} from 'node:fs';
import {join} from 'node:path';

import {lineEnd, lineStart} from '../../../base/index.ts';
import {openIfThere} from '../../../platform/index.ts';
import {parseProgressLine, workText} from '../../../progress/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import {hashOf} from './read-lines.ts';

/** Nobody rewrites more than that in its place. */
const MOST_BYTES = 64 * 1024;

/** A line that begins before that may go on. */
const READ_BYTES = 2 * MOST_BYTES;

/** Of the records that begin in the first so many bytes; undefined where they are too many, or not there. Throws where they cannot be read. */
export function seenWork(directory: string, bytes: number): number | undefined {
  if (bytes <= 0 || bytes > MOST_BYTES) return undefined;
  const fd = openIfThere(join(directory, JOB_FILES.progress));
  if (fd === undefined) return undefined;
  try {
    const found = Buffer.allocUnsafe(READ_BYTES);
    const whole = found.subarray(0, readSync(fd, found, 0, READ_BYTES, 0));
    if (whole.length < bytes) return undefined;
    return hashOf(workIn(whole.subarray(0, lineStart(whole)), bytes).join('\n'));
  } finally {
    closeSync(fd);
  }
}

/** Of the lines that begin before this byte. */
function workIn(lines: Buffer, before: number): string[] {
  const told: string[] = [];
  for (let begin = 0; begin < Math.min(before, lines.length); begin = lineEnd(lines, begin)) {
    const record = parseProgressLine(lines.toString('utf8', begin, lineEnd(lines, begin) - 1));
    if (record !== undefined) told.push(workText(record));
  }
  return told;
}

/** Whether what stands there now tells something else than what was known; false where nobody can tell. */
export function isWorkRewritten(directory: string, bytes: number, known: number | undefined): boolean {
  if (known === undefined) return false;
  try {
    const found = seenWork(directory, bytes);
    return found !== undefined && found !== known;
  } catch {
    return false; // what a job does to its own files ends no stall
  }
}
