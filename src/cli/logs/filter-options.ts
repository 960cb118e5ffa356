/** Which records of a log the options choose. */
import type {LogFilter} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import {duration, range, wholeNumber} from '../command-line/option-values.ts';
import type {LOGS} from '../definitions/jobs.ts';

export async function logFilter(options: OptionsOf<typeof LOGS>): Promise<LogFilter> {
  const chosen = (['stdout', 'stderr', 'status'] as const).filter(kind => options[kind]);
  const kinds = chosen.length > 0 ? chosen : options.json ? EVERYTHING : OUTPUT;
  const {from: lowest, to} = range(options.seq, '--seq') ?? {from: 0, to: Number.MAX_SAFE_INTEGER};
  const sinceSeq = wholeNumber(options.sinceSeq, '--since-seq', 0);
  const from = Math.max(lowest, sinceSeq === undefined ? 0 : sinceSeq + 1);
  const ageMs = await duration(options.since, '--since');
  const tail = wholeNumber(options.tail, '--tail', 0);
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
