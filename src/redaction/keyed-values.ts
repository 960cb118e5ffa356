/**
 * Values of secret keys in JSON that stands in a text, also in JSON within JSON, where quotes have backslashes before them,
 * and cut short. Python's quotes will do as well.
 */
import type {SecretKeys} from './secret-keys.ts';
import type {SecretSpan} from './secret-pattern.ts';

/** The start of a credential that only says of what sort it is. */
const SCHEME = /(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s{1,8}(?=\S)/iy;
/** `"name":"A_KEY","value":"…"`: how variables and headers are handed to servers of tools. */
const NAMED =
  /(?:name|key)(?<depth>\\{0,15})(?<quote>")\s{0,8}:\s{0,8}\1"(?<key>[\w.-]{1,100})\1"\s{0,8},\s{0,8}\1"value\1"\s{0,8}:\s{0,8}\1"/gi;

export function keyedValues({isSecret, endings}: SecretKeys): (text: string) => Iterable<SecretSpan> {
  const pattern = `(?<key>${endings.join('|')})(?<depth>\\\\{0,15})(?<quote>["'])\\s{0,8}:\\s{0,8}\\k<depth>\\k<quote>`;
  const keyed = new RegExp(pattern, 'gi');
  return function* spans(text) {
    yield* values(text, keyed, (start, word) => isSecret(keyBefore(text, start) + word));
    if (text.includes('value')) yield* values(text, NAMED, (_, name) => isSecret(name));
  };
}

function* values(
  text: string,
  opening: RegExp,
  isSecret: (start: number, key: string) => boolean,
): Iterable<SecretSpan> {
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const match = opening.exec(text);
    if (match === null) return;
    at = match.index + match[0].length;
    const {key = '', depth = '', quote = '"'} = match.groups ?? {};
    if (!isSecret(match.index, key)) continue;
    const end = endOfValue(text, at, quote, depth.length);
    const start = behindScheme(text, at);
    if (start < end) yield {start, end, secret: unescaped(text.slice(start, end), quote, depth.length)};
    at = end;
  }
}

/** Where the credential begins in a value that begins at `at`: behind `Bearer ` and the like. */
export function behindScheme(text: string, at: number): number {
  SCHEME.lastIndex = at;
  return SCHEME.test(text) ? SCHEME.lastIndex : at;
}

function keyBefore(text: string, end: number): string {
  let start = end;
  while (start > 0 && end - start < 64 && /[\p{L}\p{N}_.-]/u.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, end);
}

/**
 * At the quote that closes the value, or at the end of the text. At depth n (0, 1, 3, 7, …) a closing quote has n backslashes
 * of its own; an escaped backslash of the value is 2(n + 1) of them.
 */
function endOfValue(text: string, from: number, quote: string, depth: number): number {
  let at = text.indexOf(quote, from);
  while (at !== -1) {
    let backslashes = 0;
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes += 1;
    if (backslashes < depth || backslashes % (2 * depth + 2) === depth)
      return at - Math.min(depth, backslashes);
    at = text.indexOf(quote, at + 1);
  }
  return text.length;
}

function unescaped(value: string, quote: string, depth: number): string {
  if (quote !== '"') return value;
  let text = value;
  try {
    for (let left = depth + 1; left >= 1; left /= 2) text = String(JSON.parse(`"${text}"`));
    return text;
  } catch {
    return value; // cut short, or no JSON: it is told apart by how it is written
  }
}
