/** What is wrong with a line that was to be JSON, where people send other shapes of JSON or numbers that change. */

/** A bracket is opened in the text and not closed: a value that goes on in the next line. */
export function unfinishedValue(text: string): 'array' | 'object' | undefined {
  const first = text.trimStart()[0];
  if (first !== '[' && first !== '{') return undefined;
  let depth = 0;
  for (const [bracket] of withoutStrings(text).matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth === 0) return undefined;
  }
  return first === '[' ? 'array' : 'object';
}

/** A number in a text of JSON that would become another one, and what it would become; undefined where there is none. */
export function changedNumber(text: string): {readonly number: string; readonly becomes: string} | undefined {
  if (!MAY_CHANGE.test(text)) return undefined;
  for (const [number] of withoutStrings(text).matchAll(NUMBER)) {
    const value = Number(number);
    if (!Number.isFinite(value)) return {number, becomes: 'infinite'};
    // As it is printed it may well be the same, also where the value is another one.
    if (/^-?\d+$/.test(number) && String(value) !== number && BigInt(number) !== BigInt(value))
      return {number, becomes: String(value)};
  }
  return undefined;
}

const NUMBER = /-?\d[\d.eE+-]*/g;
/** Many digits, or a large exponent. */
const MAY_CHANGE = /\d{16}|[eE]\+?\d{3}/;

/** Each string, and one that does not end, is `""`. */
function withoutStrings(text: string): string {
  let rest = '';
  for (let at = 0; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return rest + text.slice(at);
    rest += `${text.slice(at, quote)}""`;
    at = behindString(text, quote);
  }
}

function behindString(text: string, quote: number): number {
  for (let at = text.indexOf('"', quote + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}
