/**
 * Since when a job has printed nothing but one and the same line, as a spinner does: from the end of its log, and of what it
 * printed without ending its line, which is not in the log yet. The times are those of the recording.
 */
import {closeSync, fstatSync, readSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {JOB_FILES} from '../../coordinator/adapters/index.ts';
import {printedLines} from '../../coordinator/domain/index.ts';
import {listSegments, segmentPath} from '../../journal/index.ts';
import {linesBack, openIfThere} from '../../platform/index.ts';
import {outputText, parseRecord} from '../logs/log-record.ts';

/** Most logs tell by their last lines that it is not so. */
const BLOCK_BYTES = 8 * 1024;
/** Of a longer one this is looked at: it is said since when at least. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface PrintingJob {
  readonly directory: string;
  /** The path of its log. */
  readonly journal: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** Unix milliseconds; undefined where the last two lines differ, or are not there, or cannot be read. */
export function sameOutputSince(job: PrintingJob): number | undefined {
  try {
    return lookedUp(job);
  } catch {
    return undefined; // what a job does to its own files never breaks a list
  }
}

function lookedUp({directory, journal, startedAt}: PrintingJob): number | undefined {
  const repeated = new RepeatedLine(startedAt);
  if (!repeated.goesOnBefore(unfinishedText(directory))) return repeated.since;
  const fd = openIfThere(segmentPath(journal, listSegments(journal).at(-1) ?? 0));
  if (fd === undefined) return repeated.since;
  try {
    const {size} = fstatSync(fd);
    for (const block of linesBack(fd, size, {blockBytes: BLOCK_BYTES, mostBytes: MOST_BYTES}))
      for (const line of block.toString().split('\n').reverse())
        if (!repeated.goesOnBeforeRecord(line)) return repeated.since;
    return repeated.since;
  } finally {
    closeSync(fd);
  }
}

/** Takes what was printed, the newest first. */
class RepeatedLine {
  #line: string | undefined;
  #count = 0;
  /** When the oldest of them was printed: undefined while nobody knows, as of what is not in the log. */
  #since: number | undefined;
  readonly #startedAt: number;
  /** What came before them was printed then. */
  #before: number | undefined;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  get since(): number | undefined {
    return this.#count > 1 ? (this.#since ?? this.#before ?? this.#startedAt) : undefined;
  }

  /** False when another line is printed in it. */
  goesOnBefore(text: string, at?: number): boolean {
    for (const line of printedLines(text).reverse()) {
      this.#line ??= line;
      if (line !== this.#line) {
        this.#before = at;
        if (at === undefined) this.#count = 0; // nobody knows when
        return false;
      }
      this.#count += 1;
      this.#since = at;
    }
    return true;
  }

  goesOnBeforeRecord(line: string): boolean {
    const record = parseRecord(line);
    if (record?.kind !== 'stdout' && record?.kind !== 'stderr') return true;
    return this.goesOnBefore(outputText(record), record.ts);
  }
}

/** What the stream that was written last has printed behind its last line end, as far as it is looked at. */
function unfinishedText(directory: string): string {
  const [newest] = [JOB_FILES.out, JOB_FILES.err]
    .map(name => join(directory, name))
    .map(path => ({path, writtenAt: statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0}))
    .sort((a, b) => b.writtenAt - a.writtenAt);
  const fd = newest === undefined ? undefined : openIfThere(newest.path);
  if (fd === undefined) return '';
  try {
    const {size} = fstatSync(fd);
    const from = Math.max(0, size - BLOCK_BYTES);
    const tail = Buffer.allocUnsafe(size - from);
    const text = tail.toString('utf8', 0, readSync(fd, tail, 0, tail.length, from));
    const unfinished = text.split('\n').at(-1) ?? '';
    return from === 0 || unfinished !== text ? unfinished : text.slice(text.search(/[\r\b]|$/));
  } finally {
    closeSync(fd);
  }
}
