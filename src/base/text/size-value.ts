/** Reads a size that a person wrote. */
import {StintError} from '../errors.ts';
import {visible} from './visible.ts';

/** Bytes of `500`, `64K` and `64KiB` (of 1024), `64KB` (of 1000), `2M`, `1GiB`; at least 1 and a safe integer. Throws `USAGE` for anything else. */
export function sizeValue(value: string | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  const {count = '', letter = '', unit = ''} = SIZE.exec(value.trim())?.groups ?? {};
  const base = unit.toLowerCase() === 'b' && letter !== '' ? 1000 : 1024;
  const bytes = Math.floor(Number(count) * base ** ' kmgt'.indexOf(letter.toLowerCase() || ' '));
  if (count !== '' && bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new StintError('USAGE', `${what} is '${visible(value)}', not a size of at least 1 byte.`, {
    hint: `For example: ${what} 64KB`,
  });
}

const SIZE = /^(?<count>\d{1,15}(?:[.]\d{1,6})?)\s?(?<letter>[kmgt]?)(?<unit>(?:i?b)?)$/i;
