/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/** How half a surrogate pair begins in JSON; strict readers refuse such a text. */
const LONE_SURROGATE = '\\ud';

/**
 * JSON as well-formed text: where a string holds half a surrogate pair, U+FFFD stands for it. Undefined for what JSON
 * cannot hold; throws what `JSON.stringify` throws.
 */
export function stringifyWellFormed(value: object): string {
  const text = JSON.stringify(value);
  return text.includes(LONE_SURROGATE) ? JSON.stringify(mended(value)) : text;
}

/** The text with U+FFFD for half a surrogate pair. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return mended(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [wellFormed(key), mended(each)]));
}
