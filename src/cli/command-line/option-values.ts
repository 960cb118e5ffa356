/** Reads the values of options; a bad one says what was given and what is allowed. */
import {StintError} from '../../base/index.ts';
import type {Options} from '../command.ts';

export {duration, durationOrZero, oneOf, wholeNumber} from '../../base/index.ts';

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
