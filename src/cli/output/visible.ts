/** Texts of other programs on a terminal: what would steer it is shown instead. */
import {escaped, STEERING, visible} from '../../base/index.ts';

export {visible};

const ESCAPE = '\u001b';

/** What steers, or as one match a sequence that only colours text or erases the rest of a line (`m` and `K`). */
const COLOURING = new RegExp(`${ESCAPE}\\[[\\d;:]*[mK]|${STEERING.source}`, 'gu');

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
