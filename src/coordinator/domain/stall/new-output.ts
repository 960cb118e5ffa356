/**
 * Whether a job that prints says anything new. One line that is printed again and again, as a spinner does, is no sign of
 * life. Only what is the same line for certain counts as that: where it is printed (a carriage return, a backspace, what
 * moves or colours a terminal's cursor, blanks around it) makes no other line of it; a glyph or a number that changes does.
 */

/**
 * `before` is what stands before `added`, as far as somebody looked; undefined where that is not known, so that `added`
 * may begin within a line. Text of one character per byte will do.
 */
export function isNewOutput(before: string | undefined, added: string): boolean {
  const [known, open] = wholeLines(before ?? '');
  const [lines, unfinished] = wholeLines(open + added);
  const said = printed(before === undefined ? lines.slice(1) : lines);
  // What was begun was looked at then; that it ends as it stood is no news.
  const isSeen = before === undefined || (said[0] !== undefined && said[0] === bare(open));
  const last = isSeen ? said[0] : printed(known).at(-1);
  if (said.some(line => line !== last)) return true;
  const begun = bare(unfinished);
  if (begun === '' || begun === bare(open)) return false;
  return last === undefined || !last.startsWith(begun);
}

/** The lines that a text prints, without what only moves or colours the cursor. Blank ones are none. */
export function printedLines(text: string): string[] {
  return printed(text.split(LINE_ENDS));
}

const LINE_ENDS = /[\n\r\b]/;
const ESCAPE = '\u001b';
/** Control sequences, and the shorter escapes. */
const MOVES = new RegExp(`${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\\\-~])`, 'g');

/** The lines that are over, and what was begun behind them. */
function wholeLines(text: string): [string[], string] {
  const lines = text.split(LINE_ENDS);
  return [lines.slice(0, -1), lines.at(-1) ?? ''];
}

function printed(lines: readonly string[]): string[] {
  return lines.map(bare).filter(line => line !== '');
}

function bare(line: string): string {
  return line.replace(MOVES, '').trim();
}
