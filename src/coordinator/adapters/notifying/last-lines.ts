/** The end of what a job wrote, for a message: it goes into a variable, so it is short. */
import {readLastLines} from '../../../journal/index.ts';

const LINES = 20;
/** UTF-16 units of a line, and of all. */
const LONGEST_LINE = 500;
const MOST = 4000;
/** Records that are looked at. */
const LOOKED_AT = 100;

/** At most 20 lines of both streams, as they were written; what is no text is left out. Empty where there is nothing to read. */
export function lastLines(journal: string): string {
  const lines = readLastLines(journal, LOOKED_AT).flatMap(lineIn).slice(-LINES);
  while (lines.join('\n').length > MOST) lines.shift();
  return lines.join('\n');
}

function lineIn(text: string): string[] {
  try {
    const {kind, data, enc} = JSON.parse(text) as Record<string, unknown>;
    const isText = (kind === 'stdout' || kind === 'stderr') && typeof data === 'string' && enc === undefined;
    return isText ? [data.replaceAll('\0', '').slice(0, LONGEST_LINE)] : [];
  } catch {
    return []; // a torn line
  }
}
