/**
 * Any name as one component of a path: what is safe stays readable, every other byte is written `%XX`. No name leads out
 * of its directory, is hidden, becomes too long, or gets the component of another one.
 */
import {createHash} from 'node:crypto';

const LONGEST = 120;

/**
 * At most 120 characters of `[A-Za-z0-9._%~-]`, never empty and with no dot in front. Half a surrogate pair is written as
 * the three bytes that UTF-8 would have for it (WTF-8). Of a name that becomes longer the rest is told by the first 16
 * hex digits of its SHA-256. Names that differ only in case stay apart only where the file system keeps them apart.
 */
export function pathComponent(name: string): string {
  if (PLAIN.test(name)) return name;
  if (name === '') return '%'; // no other name gives a percent sign without its digits
  const bytes = bytesOf(name);
  let safe = '';
  for (const byte of bytes) {
    if (safe.length > LONGEST) break;
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9._-]/.test(char) && !(safe === '' && char === '.');
    safe += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  if (safe.length <= LONGEST) return safe;
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${safe.slice(0, LONGEST - 17).replace(/%.?$/, '')}~${digest}`;
}

/** Nearly every name. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

function bytesOf(name: string): Buffer {
  if (!/\p{Surrogate}/u.test(name)) return Buffer.from(name);
  return Buffer.concat(
    Array.from(name, char => (/\p{Surrogate}/u.test(char) ? half(char) : Buffer.from(char))),
  );
}

function half(surrogate: string): Buffer {
  const code = surrogate.charCodeAt(0);
  return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
}
