/** Texts of other programs on a terminal: what would steer it is shown instead. */

const ESCAPE = '\u001b';

/** Control characters, and those that begin a line or turn the direction of the text around them. */
const STEERING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Besides what steers, what stands for a byte of a path that is not UTF-8 (`pathText`). */
const INVISIBLE = new RegExp(`${STEERING.source}|[\\u{10ff80}-\\u{10ffff}]`, 'gu');

/** The same, or as one match a sequence that only colours text or erases the rest of a line (`m` and `K`). */
const COLOURING = new RegExp(`${ESCAPE}\\[[\\d;:]*[mK]|${STEERING.source}`, 'gu');

const RESET = `${ESCAPE}[0m`;

/** On one line and without effect: an escape character is `\x1b`, and a byte of a path that is no UTF-8 `\xff`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** Each line of a text of ours, in which names and paths of others may stand. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/**
 * A line of a log: tabs stay, and colours, which end with it. What follows a carriage return overwrites the line, as it
 * did where the job ran; `prefix` stands before it each time.
 */
export function visibleLine(text: string, prefix = ''): string {
  let isColoured = false;
  const shown = text.replace(COLOURING, match => {
    if (match === '\t') return match;
    if (match === '\r') return `\r${prefix}`;
    if (match.length === 1) return escaped(match);
    isColoured = true;
    return match;
  });
  return `${prefix}${shown}${isColoured ? RESET : ''}`;
}

function escaped(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const code = (point > 0xffff ? point & 0xff : point).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
