/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/** How half a surrogate pair begins in JSON; strict readers refuse such a text. */
const LONE_SURROGATE = '\\ud';
/** An escaped backslash is one as well, so that what follows it is not taken for one. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;

/**
 * JSON as well-formed text: where a string holds half a surrogate pair, U+FFFD stands for it. Undefined for what JSON
 * cannot hold; throws what `JSON.stringify` throws.
 */
export function stringifyWellFormed(value: object): string {
  const text = JSON.stringify(value);
  return text === undefined ? text : mendedJson(text);
}

/** The same for a text that `JSON.stringify` made: it writes such a half, and nothing else, as `\ud…`. */
export function mendedJson(text: string): string {
  if (!text.includes(LONE_SURROGATE)) return text;
  return text.replace(ESCAPE, each => (each.startsWith(LONE_SURROGATE) ? '\uFFFD' : each));
}

/** The text with U+FFFD for half a surrogate pair. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
