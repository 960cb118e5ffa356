/** Which records of a log are wanted. */
import type {Options} from '../command.ts';
import {duration, flag, range, text, wholeNumber} from '../command-line/option-values.ts';
import type {LogRecord} from './log-record.ts';

export interface LogFilter {
  readonly kinds: ReadonlySet<string>;
  /** Lowest and highest number wanted. */
  readonly from: number;
  readonly to: number;
  /** Where a kind begins later than that: number of the first record of it. */
  readonly begins?: Readonly<Record<string, number>>;
  /** Only those of the last so many milliseconds: `filterSince` makes it the first number wanted, log by log. */
  readonly ageMs: number | undefined;
  /** Only the last so many lines of the wanted; where records are printed, so many records. */
  readonly tail: number | undefined;
  /** Every record is wanted. */
  readonly all: boolean;
}

export async function logFilter(options: Options): Promise<LogFilter> {
  const chosen = (['stdout', 'stderr', 'status'] as const).filter(kind => flag(options, kind));
  const kinds = chosen.length > 0 ? chosen : flag(options, 'json') ? EVERYTHING : OUTPUT;
  const {from: lowest, to} = range(text(options, 'seq'), '--seq') ?? {from: 0, to: Number.MAX_SAFE_INTEGER};
  const sinceSeq = wholeNumber(text(options, 'sinceSeq'), '--since-seq', 0);
  const from = Math.max(lowest, sinceSeq === undefined ? 0 : sinceSeq + 1);
  const ageMs = await duration(text(options, 'since'), '--since');
  const tail = wholeNumber(text(options, 'tail'), '--tail', 0);
  const all =
    kinds === EVERYTHING &&
    from === 0 &&
    to === Number.MAX_SAFE_INTEGER &&
    ageMs === undefined &&
    tail === undefined;
  return {kinds: new Set(kinds), from, to, ageMs, tail, all};
}

/** Whether any of what the job wrote is wanted. */
export function tellsOutput({kinds}: LogFilter): boolean {
  return kinds.has('stdout') || kinds.has('stderr');
}

export function isWanted({seq, kind}: LogRecord, {from, begins, to, kinds}: LogFilter): boolean {
  return seq >= (begins?.[kind] ?? from) && seq <= to && kinds.has(kind);
}

const EVERYTHING = ['stdout', 'stderr', 'status'] as const;
const OUTPUT = ['stdout', 'stderr'] as const;
