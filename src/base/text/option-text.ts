/** Reads what a person wrote as the value of an option; a bad one says what was given, where, and what is allowed. */
import {StintError} from '../errors.ts';
import type {JobOption} from '../job-options.ts';
import {didYouMean} from './near-names.ts';
import {sizeValue} from './size-value.ts';
import {visible} from './visible.ts';

/** One of these words; for another one it is told which may have been meant. */
export function oneOf<Word extends string>(
  value: string | undefined,
  what: string,
  words: readonly Word[],
): Word | undefined {
  const known = words.find(each => each === value);
  if (known !== undefined || value === undefined) return known;
  throw new StintError('USAGE', `${what} is '${value}'.`, {
    hint: [didYouMean(value, words), `It can be: ${words.join(', ')}.`].filter(Boolean).join(' '),
  });
}

/** A whole number of at least `least`. `example` is for who gave something else. */
export function wholeNumber(
  value: string | undefined,
  what: string,
  least: number,
  example = `${what} ${Math.max(least, 10)}`,
): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,15}$/.test(value) && Number(value) >= least) return Number(value);
  throw new StintError('USAGE', `${what} is '${value}', not a whole number of at least ${least}.`, {
    hint: `For example: ${example}`,
  });
}

/** Milliseconds of `90s`, `10m`, `1h30m`, `2d`. */
export async function duration(value: string | undefined, what: string): Promise<number | undefined> {
  if (value === undefined) return undefined;
  const ms = await durationMs(value);
  if (ms !== undefined) return ms;
  throw new StintError('USAGE', `${what} is '${value}', not a duration.`, {
    hint: 'A duration is a number with a unit: 500ms, 90s, 10m, 1h30m, 2d.',
  });
}

/** The same, but undefined for what is no duration. */
export async function durationMs(text: string): Promise<number | undefined> {
  if (!DURATION.test(text)) return undefined;
  const {default: parseDuration} = await import('parse-duration');
  const ms = parseDuration(text);
  return ms !== null && ms !== undefined && Number.isFinite(ms) ? Math.round(ms) : undefined;
}

/** Milliseconds of a duration that something of ours can be old. */
export async function age(value: string | undefined, what: string): Promise<number | undefined> {
  const ms = await duration(value, what);
  if (ms === undefined || ms <= LONGEST_AGE_MS) return ms;
  throw new StintError('USAGE', `${what} is '${value}', longer than a hundred years.`);
}

const LONGEST_AGE_MS = 36_525 * 24 * 60 * 60 * 1000;

/** A duration, or 0 also without a unit. */
export async function durationOrZero(value: string | undefined, what: string): Promise<number | undefined> {
  return value === '0' ? 0 : duration(value, what);
}

/** Bytes, also none. Nothing is ever as large as what is refused here. */
function sizeOrZero(value: string, what: string): number | undefined {
  const bytes = value.trim() === '0' ? 0 : sizeValue(value, what);
  if (bytes === undefined || bytes <= LARGEST_BYTES) return bytes;
  throw new StintError('USAGE', `${what} is '${visible(value)}', larger than any disk.`, {
    hint: `For example: ${what} 100MB, or 0 for no limit`,
  });
}

const LARGEST_BYTES = 2 ** 50;

/** The value of an option of a job; null for a text that is blank and for `none`. */
export async function jobOptionValue(
  {is}: Pick<JobOption, 'is'>,
  value: string,
  what: string,
): Promise<unknown> {
  switch (is) {
    case 'switch':
      return oneOf(value, what, ['true', 'false']) === 'true';
    case 'count':
      return wholeNumber(value, what, 1);
    case 'duration':
      return duration(value, what);
    case 'duration or 0':
      return durationOrZero(value, what);
    case 'duration or none':
      return value === 'none' ? null : duration(value, what);
    case 'time or none':
      return value === 'none' ? null : positive(await age(value, what), what);
    case 'age or none':
      return value === 'none' ? null : age(value, what);
    case 'number':
      return wholeNumber(value, what, 0);
    case 'exit codes':
      return exitCodes(value, what);
    case 'whole number':
      return signedNumber(value, what);
    case 'size or none':
      return value === 'none' ? null : sizeOrZero(value, what) || null;
    case 'size or 0':
      return sizeOrZero(value, what);
    case 'text':
      return value.trim() || null;
    default:
      if ('several' in is) return severalOf(value, what, is.several);
      if ('atMost' in is) return numberUpTo(value, what, is.atMost);
      return 'atMostMs' in is ? durationUpTo(value, what, is) : oneOf(value, what, is);
  }
}

function signedNumber(value: string, what: string): number {
  if (/^-?\d{1,6}$/.test(value)) return Number(value);
  throw new StintError(
    'USAGE',
    `${what} is '${visible(value)}', not a whole number from -999999 to 999999.`,
    {
      hint: `For example: ${what} 10, or ${what}=-10`,
    },
  );
}

function numberUpTo(value: string, what: string, most: number): number | undefined {
  const number = wholeNumber(value, what, 0);
  if (number === undefined || number <= most) return number;
  throw new StintError('USAGE', `${what} is '${value}', and ${most} is the most.`);
}

async function durationUpTo(
  value: string,
  what: string,
  {atMostMs, said}: {readonly atMostMs: number; readonly said: string},
): Promise<number | undefined> {
  const ms = await durationOrZero(value, what);
  if (ms === undefined || ms <= atMostMs) return ms;
  throw new StintError('USAGE', `${what} is '${value}', longer than ${said}.`);
}

function exitCodes(value: string, what: string): number[] {
  const codes = value.split(',').map(each => each.trim());
  if (codes.every(each => /^\d{1,3}$/.test(each) && Number(each) <= 255)) return codes.map(Number);
  throw new StintError('USAGE', `${what} is '${visible(value)}', not exit codes from 0 to 255.`, {
    hint: `For example: ${what} 1,75`,
  });
}

/** More than no time at all. */
function positive(ms: number | undefined, what: string): number | undefined {
  if (ms !== 0) return ms;
  throw new StintError('USAGE', `${what} is no time at all.`, {hint: `For example: ${what} 90s, or none`});
}

/** Some of these words with commas between them, each once and in their order; none of them for `none`. */
function severalOf<Word extends string>(value: string, what: string, words: readonly Word[]): Word[] {
  const given = value.split(',').map(each => each.trim());
  if (given.join() === 'none') return [];
  for (const each of given) oneOf(each, what, [...words, 'none']);
  if (given.includes('none'))
    throw new StintError('USAGE', `${what} is '${value}': none goes with nothing else.`, {
      hint: `It can be: ${words.join(', ')}, several of them with commas, or none.`,
    });
  return words.filter(each => given.includes(each));
}

const DURATION = /^(\d+(\.\d+)?(ms|s|sec|secs|m|min|mins|h|hr|hrs|d|w)\s*)+$/;
