/** Which records of a log the options choose. */
import type {LogFilter} from '../../jobs/index.ts';
import type {Options} from '../command.ts';
import {duration, flag, range, text, wholeNumber} from '../command-line/option-values.ts';

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

const EVERYTHING = ['stdout', 'stderr', 'status'] as const;
const OUTPUT = ['stdout', 'stderr'] as const;
