/** What the options of `logs` ask for; what contradicts itself is refused before anything is read. */
import {parsePattern, StintError} from '../../base/index.ts';
import {type LogFilter, readerName} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import {range, sizeValue, timeValue, wholeNumber} from '../command-line/option-values.ts';
import type {LOGS} from '../definitions/jobs.ts';
import type {LogRequest} from './log-request.ts';

type Options = OptionsOf<typeof LOGS>;

/** `now` in Unix milliseconds. Throws `USAGE`. */
export async function logRequest(options: Options, now: number): Promise<LogRequest> {
  refuseContradictions(options);
  const {grep, ignoreCase} = options;
  const context = wholeNumber(options.context, '--context', 0) ?? 0;
  if (context > MOST_CONTEXT)
    throw new StintError('USAGE', `--context is ${context}, more than ${MOST_CONTEXT}.`, {
      hint: 'Without --grep all lines are printed.',
    });
  const pattern =
    grep === undefined ? undefined : parsePattern(grep, '--grep', {ignoreCase: ignoreCase === true});
  return {
    filter: await logFilter(options, now),
    mode: options.raw ? 'raw' : options.json ? 'json' : 'text',
    follow: options.follow === true,
    grep: pattern && {pattern, context},
    plain: options.plain === true,
    times: timesOf(options),
    maxBytes: mostBytes(options.maxBytes),
    reader: options.sinceLast ? readerName(options.reader ?? 'default') : undefined,
  };
}

const MOST_CONTEXT = 1000;

function timesOf({timestamps, utc, relative}: Options): LogRequest['times'] {
  return utc ? 'utc' : relative ? 'relative' : timestamps ? 'local' : undefined;
}

/** What is kept until the end is known has to fit into memory. */
const MOST_BYTES = 1024 ** 3;

function mostBytes(value: string | undefined): number | undefined {
  const bytes = sizeValue(value, '--max-bytes');
  if (bytes === undefined || bytes <= MOST_BYTES) return bytes;
  throw new StintError('USAGE', `--max-bytes is ${value}, more than 1GiB.`, {
    hint: 'Without it all is printed.',
  });
}

/** `now` in Unix milliseconds. Throws `USAGE`. */
export async function logFilter(options: Options, now: number): Promise<LogFilter> {
  const chosen = (['stdout', 'stderr', 'status'] as const).filter(kind => options[kind]);
  const kinds = chosen.length > 0 ? chosen : options.json ? EVERYTHING : OUTPUT;
  const {from: lowest, to} = range(options.seq, '--seq') ?? {from: 0, to: Number.MAX_SAFE_INTEGER};
  const sinceSeq = wholeNumber(options.sinceSeq, '--since-seq', 0);
  const from = Math.max(lowest, sinceSeq === undefined ? 0 : sinceSeq + 1);
  const since = await timeValue(options.since, '--since', now);
  const until = await timeValue(options.until, '--until', now);
  if (since !== undefined && until !== undefined && until < since)
    throw new StintError('USAGE', '--until is before --since, so nothing can lie between.');
  const tail = wholeNumber(options.tail, '--tail', 0);
  const isAll = from === 0 && to === Number.MAX_SAFE_INTEGER && tail === undefined;
  return {
    kinds: new Set(kinds),
    from,
    to,
    ageMs: since === undefined ? undefined : now - since,
    untilAgeMs: until === undefined ? undefined : now - until,
    tail,
    all: kinds === EVERYTHING && isAll && since === undefined && until === undefined,
  };
}

const EVERYTHING = ['stdout', 'stderr', 'status'] as const;
const OUTPUT = ['stdout', 'stderr'] as const;

/** Options that say nothing without another one. */
const NEED: readonly (readonly [keyof Options, string, keyof Options, string])[] = [
  ['context', '--context', 'grep', '--grep'],
  ['ignoreCase', '--ignore-case', 'grep', '--grep'],
  ['reader', '--reader', 'sinceLast', '--since-last'],
];

/** Options that cannot both be meant, and why. */
const EXCLUDE: readonly (readonly [keyof Options, string, keyof Options, string, string])[] = [
  ['raw', '--raw', 'json', '--json', 'bytes and records'],
  ['utc', '--utc', 'relative', '--relative', 'one kind of times'],
  ...(['timestamps', 'utc', 'relative', 'plain'] as const).flatMap(
    name =>
      [
        [name, `--${name}`, 'raw', '--raw', '--raw prints the bytes as they were'],
        [name, `--${name}`, 'json', '--json', '--json prints the records as they are in the file'],
      ] as const,
  ),
  [
    'maxBytes',
    '--max-bytes',
    'follow',
    '--follow',
    'what is followed has no end yet; -n takes the last lines',
  ],
  [
    'sinceLast',
    '--since-last',
    'follow',
    '--follow',
    'it prints what is there now; ask again for what comes',
  ],
  ...(['seq', 'sinceSeq', 'since', 'until'] as const).map(
    name =>
      [
        'sinceLast',
        '--since-last',
        name,
        name === 'sinceSeq' ? '--since-seq' : `--${name}`,
        'it chooses by itself which records are new',
      ] as const,
  ),
];

function refuseContradictions(options: Options): void {
  for (const [name, flag, other, otherFlag] of NEED) {
    if (options[name] !== undefined && options[other] === undefined)
      throw new StintError('USAGE', `${flag} says something only together with ${otherFlag}.`);
  }
  for (const [name, flag, other, otherFlag, why] of EXCLUDE) {
    if (options[name] !== undefined && options[other] !== undefined)
      throw new StintError('USAGE', `Give either ${flag} or ${otherFlag}, not both.`, {hint: `Why: ${why}.`});
  }
}
