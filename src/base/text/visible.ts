/** Control characters, and those that begin a line or turn the direction of the text around them. */
export const STEERING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Besides what steers, what stands for a byte of a path that is not UTF-8 (`pathText`). */
const INVISIBLE = new RegExp(`${STEERING.source}|[\\u{10ff80}-\\u{10ffff}]`, 'gu');

/**
 * A text from outside on one line and without effect on a terminal: an escape character is `\x1b`, and a byte of a path
 * that is no UTF-8 `\xff`.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** How such a character is shown. */
export function escaped(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const code = (point > 0xffff ? point & 0xff : point).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
