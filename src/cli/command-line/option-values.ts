/** Reads the values of options; a bad one says what was given and what is allowed. */
import {didYouMean, StintError} from '../../base/index.ts';
import type {Options} from '../command.ts';

export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(options: Options, name: string): boolean {
  return options[name] === true;
}

export function list(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

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
  const {default: parseDuration} = await import('parse-duration');
  const ms = DURATION.test(value) ? parseDuration(value) : null;
  if (ms !== null && ms !== undefined && Number.isFinite(ms)) return Math.round(ms);
  throw new StintError('USAGE', `${what} is '${value}', not a duration.`, {
    hint: 'A duration is a number with a unit: 500ms, 90s, 10m, 1h30m, 2d.',
  });
}

/** A duration, or 0 also without a unit. */
export async function durationOrZero(value: string | undefined, what: string): Promise<number | undefined> {
  return value === '0' ? 0 : duration(value, what);
}

/** `A..B`, both included, either may be left out. */
export function range(value: string | undefined, what: string): {from: number; to: number} | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d{0,15})\.\.(\d{0,15})$/.exec(value);
  const from = Number(match?.[1] || 0);
  const to = match?.[2] ? Number(match[2]) : Number.MAX_SAFE_INTEGER;
  if (match !== null && value !== '..' && from <= to) return {from, to};
  throw new StintError('USAGE', `${what} is '${value}', not a range.`, {
    hint: `A range is A..B, both included, for example: ${what} 10..20`,
  });
}

const DURATION = /^(\d+(\.\d+)?(ms|s|sec|secs|m|min|mins|h|hr|hrs|d|w)\s*)+$/;
