/**
 * Since when a job has printed nothing but one and the same line, as a spinner does, from the end of its log. The times are
 * those of the recording.
 */
import {closeSync, constants, fstatSync, openSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';
import {printedLines} from '../../coordinator/domain/index.ts';
import {listSegments, segmentPath} from '../../journal/index.ts';
import {linesBack} from '../../platform/index.ts';
import {outputText, parseRecord} from '../logs/log-record.ts';

/** Most logs tell by their last lines that it is not so. */
const BLOCK_BYTES = 8 * 1024;
/** Of a longer one this is looked at: it is said since when at least. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Unix milliseconds; undefined where its last two lines differ, or are not there. Throws what its system says. */
export function sameOutputSince(journal: string): number | undefined {
  const fd = opened(segmentPath(journal, listSegments(journal).at(-1) ?? 0));
  if (fd === undefined) return undefined;
  try {
    const repeated = new RepeatedLine();
    const {size} = fstatSync(fd);
    for (const block of linesBack(fd, size, {blockBytes: BLOCK_BYTES, mostBytes: MOST_BYTES}))
      for (const line of block.toString().split('\n').reverse())
        if (!repeated.goesOnBefore(line)) return repeated.since;
    return repeated.since;
  } finally {
    closeSync(fd);
  }
}

/** Takes records of a log, the newest first. */
class RepeatedLine {
  #printed: string | undefined;
  #count = 0;
  #since = 0;

  get since(): number | undefined {
    return this.#count > 1 ? this.#since : undefined;
  }

  /** False for a record that prints another line. */
  goesOnBefore(line: string): boolean {
    const record = parseRecord(line);
    if (record?.kind !== 'stdout' && record?.kind !== 'stderr') return true;
    for (const printed of printedLines(outputText(record)).reverse()) {
      this.#printed ??= printed;
      if (printed !== this.#printed) return false;
      this.#count += 1;
      this.#since = record.ts;
    }
    return true;
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
