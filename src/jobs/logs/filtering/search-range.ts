/**
 * How much of a log one search looks at, so that it ends soon however long the log is. It is told by bytes and never by time: the
 * same search of the same log ends at the same place. Chunks that need not be parsed cost little.
 */
import {countLines} from '../../../base/index.ts';
import {readChunks, readLines} from '../../../journal/index.ts';
import {parseRecord} from '../log-record.ts';
import {chunksBetween, lastNumber} from './chunks-between.ts';

export interface SearchRange {
  readonly journal: string;
  /** Numbers of the first and the last record that may be looked at. */
  readonly from: number;
  readonly to: number;
  /** Which chunks have to be parsed. Default: all. */
  readonly mayHold?: ((chunk: Buffer) => boolean) | undefined;
  /** Bytes to be parsed at most, about. */
  readonly bytes: number;
}

/** What stands once in every record that counts; without one each line does. */
export interface Enough {
  readonly records: number;
  readonly mark?: Buffer | undefined;
}

/** The number of the first record to be looked at by who looks at the end first, at least at `enough.records`. With the begin of a line that is several records. */
export function searchStart(range: SearchRange, {records, mark}: Enough): number {
  const {journal, from, to, bytes} = range;
  let [start, size, cost, found] = [to + 1, FIRST_RECORDS, 0, 0];
  while (start > from && cost < bytes && found < records) {
    const next = Math.max(from, start - size);
    const isNone = isEmpty(journal, next, start);
    if (!isNone && size > MOST_RECORDS) {
      size = Math.ceil(size / 2);
      continue;
    }
    for (const chunk of chunksBetween(journal, next, start)) {
      cost += costOf(chunk, range);
      found += mark === undefined ? countLines(chunk) : occurrences(chunk, mark);
    }
    size = isNone ? size * 2 : Math.min(size * 2, MOST_RECORDS); // numbers may be missing, however many
    start = next;
  }
  return wholeFrom(journal, Math.max(start, from), from);
}

/** The number of the last record to be looked at by who begins with the first; all of the first chunk at least. */
export function searchEnd(range: SearchRange): number {
  let cost = 0;
  for (const chunk of readChunks(range.journal, {from: range.from})) {
    cost += costOf(chunk, range);
    if (cost >= range.bytes) return Math.min(lastNumber(chunk) ?? range.to, range.to);
  }
  return range.to;
}

const FIRST_RECORDS = 128;
const MOST_RECORDS = 32_768;
/** To pass over is faster than to parse by so much, and more. */
const CHEAPER = 32;

function costOf(chunk: Buffer, {mayHold}: SearchRange): number {
  return mayHold === undefined || mayHold(chunk) ? chunk.length : chunk.length / CHEAPER;
}

function isEmpty(journal: string, from: number, end: number): boolean {
  const [first] = chunksBetween(journal, from, end);
  return first === undefined;
}

function occurrences(chunk: Buffer, mark: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + mark.length)) count += 1;
  return count;
}

/** Of a line that is more records than this the begin is given up. */
const MOST_PIECES = 64;

/** Where the line begins that goes on at `start`. */
function wholeFrom(journal: string, start: number, from: number): number {
  if (start <= from) return from;
  const near = Math.max(from, start - MOST_PIECES);
  let whole: number | undefined;
  for (const lines of readLines(journal, {from: near})) {
    for (const line of lines) {
      const record = parseRecord(line);
      if (record === undefined) continue;
      if (record.seq >= start) return whole === undefined ? start : whole + 1;
      if (record.partial !== true) whole = record.seq;
    }
  }
  return start;
}
