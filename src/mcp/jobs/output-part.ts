/** Which part of a log answers a wish, so that one answer costs little however long the log is; what is left for another one is told. */
import type {Pattern} from '../../base/index.ts';
import {
  filterUnseen,
  type LogFilter,
  mayHold,
  needleOf,
  searchEnd,
  searchStart,
  wholeLog,
} from '../../jobs/index.ts';
import type {Cursor} from './cursor.ts';

export interface OutputWish {
  /** Of what fits only the last so many lines. */
  readonly tail: number;
  /** Only what is behind that cursor. */
  readonly since?: string | undefined;
  /** Only records with lower numbers. */
  readonly before?: number | undefined;
  readonly stream?: 'stdout' | 'stderr' | undefined;
  readonly grep?: {readonly pattern: Pattern; readonly context: number} | undefined;
  /** Of what fits only the last so many bytes. */
  readonly maxBytes: number;
  /** Of the log about so many are parsed for it at most. Default: what takes a fraction of a second. */
  readonly work?: number | undefined;
}

export interface OutputPart {
  readonly filter: LogFilter;
  /** Records before these that fit and are not read, about as many lines. */
  readonly unread: number;
  /** Records with lower numbers may fit, and are not looked at. */
  readonly before: number | undefined;
  /** So many records behind these are not looked at. */
  readonly behind: number;
  /** Which chunks of the journal have to be parsed; undefined for each. */
  readonly mayHold: ((chunk: Buffer) => boolean) | undefined;
}

/**
 * The end of what fits, and of what is new and matches the begin: so nobody who goes on from cursor to cursor misses a match.
 * `seen`: how far it was read; `last`: number of the last record.
 */
export function outputPart(
  journal: string,
  wish: OutputWish,
  seen: Cursor | undefined,
  last: number,
): OutputPart {
  const {tail, maxBytes, stream, grep, work = USUAL_WORK} = wish;
  const kinds = new Set(stream === undefined ? ['stdout', 'stderr'] : [stream]);
  const to = Math.min(last, (wish.before ?? Number.POSITIVE_INFINITY) - 1);
  const whole = {...wholeLog({status: false}), kinds, to};
  const all = seen === undefined ? whole : filterUnseen(whole, {...seen});
  const mark = stream === undefined ? undefined : Buffer.from(`"kind":"${stream}"`);
  const test = testOf(grep, mark);
  const range = {journal, from: Math.max(all.from, FIRST), to, mayHold: test, bytes: work};
  if (grep !== undefined && seen !== undefined) {
    const end = searchEnd(range);
    return {filter: {...all, to: end}, unread: 0, before: undefined, behind: last - end, mayHold: test};
  }
  // Each line takes at least a byte of those that are wanted.
  const records = grep === undefined ? Math.min(tail, maxBytes) + MOST_PIECES : Number.POSITIVE_INFINITY;
  const from = searchStart(range, {records, mark});
  const skipped = Math.max(0, from - range.from);
  const fits = grep === undefined && stream === undefined;
  return {
    filter: {...all, from},
    unread: fits ? skipped : 0,
    before: fits || skipped === 0 ? undefined : from,
    behind: 0,
    mayHold: test,
  };
}

/** Record 0 tells the start. */
const FIRST = 1;
/** Records of a line that is too long to be of use. */
const MOST_PIECES = 64;
/** Takes about a quarter of a second. */
const USUAL_WORK = 12 * 1024 * 1024;

/** What a chunk has to hold; a plain text is rarer than the name of a stream. */
function testOf(grep: OutputWish['grep'], mark: Buffer | undefined): OutputPart['mayHold'] {
  const literal = grep?.context === 0 ? grep.pattern.literal : undefined;
  const needle = literal === undefined ? undefined : needleOf(literal);
  if (needle !== undefined) return chunk => mayHold(chunk, needle);
  return mark === undefined ? undefined : chunk => chunk.includes(mark);
}
