/** Reads the values of options; a bad one says what was given and what is allowed. */
import {StintError} from '../../base/index.ts';

export {age, duration, durationOrZero, oneOf, sizeValue, timeValue, wholeNumber} from '../../base/index.ts';

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
