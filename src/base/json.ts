/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/** How half a surrogate pair begins in JSON; strict readers refuse such a text. */
const LONE_SURROGATE = '\\ud';
/** An escaped backslash is one as well, so that what follows it is not taken for one. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
/** Many tools, Python's `splitlines` and editors among them, take these for the end of a line. */
const LINE_ENDS = ['\u0085', '\u2028', '\u2029'] as const;

/**
 * JSON as well-formed text: where a string holds half a surrogate pair, U+FFFD stands for it. U+0085, U+2028 and U+2029
 * are escaped, so that a line of it is one for every reader. Undefined for what JSON cannot hold; throws what
 * `JSON.stringify` throws.
 */
export function stringifyWellFormed(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text === undefined ? text : mendedJson(text);
}

/** The same for a text that `JSON.stringify` made: it writes such a half, and nothing else, as `\ud…`. */
export function mendedJson(text: string): string {
  const whole = text.includes(LONE_SURROGATE)
    ? text.replace(ESCAPE, each => (each.startsWith(LONE_SURROGATE) ? '\uFFFD' : each))
    : text;
  // Nearly every text has none, and of one in Latin-1 that is known at once.
  return LINE_ENDS.some(each => whole.includes(each)) ? whole.replace(LINE_END, escaped) : whole;
}

const LINE_END = /[\u0085\u2028\u2029]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The value of a text of JSON, whoever wrote it, with U+FFFD for half a surrogate pair. Throws a `SyntaxError`. */
export function parseWellFormed(text: string): unknown {
  return JSON.parse(wellFormedJson(text));
}

/** A text of JSON, whoever wrote it, without half a surrogate pair, which would stand there as an escape. */
export function wellFormedJson(text: string): string {
  if (!SURROGATE.test(text)) return text;
  return text.replace(PAIR_OR_ESCAPE, each => (HALF.test(each) ? '\uFFFD' : each));
}

const SURROGATE = /\\u[dD]/;
/** A whole pair first, so that what is left of them is a half. */
const PAIR_OR_ESCAPE = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\(?:u[\da-fA-F]{4}|.)/g;
const HALF = /^\\u[dD][89a-fA-F][\da-fA-F]{2}$/;

/** The text with U+FFFD for half a surrogate pair. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The first `most` UTF-16 units of a text at most, and no half of a surrogate pair at their end. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most);
}
