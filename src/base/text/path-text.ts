/**
 * Paths as text, also those that are not UTF-8: Node hands bytes over as U+FFFD, and such a path leads nowhere. Here each
 * byte that is no part of UTF-8 is a character of its own, U+10FF00 and its value, at the very end of what is for private
 * use. So the text can be joined, compared, kept and sent like any other, and `pathBytes` gives the path for `node:fs`.
 */
import {isUtf8} from 'node:buffer';

const FIRST = 0x10ff00;
const STANDS_FOR_BYTE = /[\u{10ff80}-\u{10ffff}]/u;
const STAND_FOR_BYTES = /[\u{10ff80}-\u{10ffff}]+/gu;

/** The text of a path. Characters that would stand for a byte are written as their own four bytes. */
export function pathText(bytes: Buffer): string {
  const text = bytes.toString();
  if (isUtf8(bytes) && isPlainPath(text)) return text;
  let written = '';
  for (let at = 0; at < bytes.length; ) {
    const size = characterSize(bytes, at);
    const character = bytes.toString('utf8', at, at + size);
    written += size > 0 && isPlainPath(character) ? character : standsFor(bytes[at] ?? 0);
    at += size > 0 && isPlainPath(character) ? size : 1;
  }
  return written;
}

/** What `node:fs` takes for the path with this text: nearly always the text itself. */
export function pathBytes(text: string): string | Buffer {
  if (isPlainPath(text)) return text;
  const parts: Buffer[] = [];
  let at = 0;
  for (const match of text.matchAll(STAND_FOR_BYTES)) {
    parts.push(Buffer.from(text.slice(at, match.index)));
    parts.push(Buffer.from(Array.from(match[0], each => (each.codePointAt(0) ?? 0) - FIRST)));
    at = match.index + match[0].length;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(at))]);
}

/** Whether the path is UTF-8, so that its text can be given to any program. */
export function isPlainPath(text: string): boolean {
  return !STANDS_FOR_BYTE.test(text);
}

/** Of the character of UTF-8 that begins there; 0 when none does. */
function characterSize(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)) ? size : 0;
}

function standsFor(byte: number): string {
  return String.fromCodePoint(FIRST + byte);
}
