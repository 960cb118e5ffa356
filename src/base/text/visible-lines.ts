/** Texts of other programs on a terminal: what would steer it is shown instead. */
import {escaped, STEERING, visible} from './visible.ts';

const ESCAPE = '\u001b';

/** What steers, or as one match a sequence that only colours text or erases the rest of a line (`m` and `K`). */
const COLOURING = new RegExp(`${ESCAPE}\\[[\\d;:]*[mK]|${STEERING.source}`, 'gu');

/** Of a line that carriage returns took back to its begin what is to be seen in the end; those at its end stay. */
export function seenLast(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end -= 1;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1);
}

/** Without sequences that only colour text or erase the rest of a line. */
export function withoutColours(text: string): string {
  return text.replace(new RegExp(`${ESCAPE}\\[[\\d;:]*[mK]`, 'g'), '');
}

const RESET = `${ESCAPE}[0m`;

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
