/**
 * The path component for a job's name: what is safe stays readable, every other byte is written `%XX`. No name leads
 * out of its directory, collides with another one's or with an attempt's suffix, or becomes too long.
 */
import {createHash} from 'node:crypto';

const LONGEST = 120;

export function jobDirectoryName(name: string, attempt: number): string {
  const safe = PLAIN.test(name) ? name : escaped(name);
  return attempt === 1 ? safe : `${safe}@${attempt}`;
}

/** Nearly every name. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

function escaped(name: string): string {
  let safe = '';
  for (const byte of Buffer.from(name)) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9._-]/.test(char) && !(safe === '' && char === '.');
    safe += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  if (safe.length <= LONGEST) return safe;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${safe.slice(0, LONGEST - 17).replace(/%.?$/, '')}~${digest}`;
}

/** Why a name cannot be a job's name, or undefined when it can. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (Buffer.byteLength(name) > 255)
    return `it is ${Buffer.byteLength(name)} bytes long, at most 255 are possible`;
  // biome's rule against control characters in patterns is why this is a loop
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return 'it holds a control character';
  }
  return undefined;
}
