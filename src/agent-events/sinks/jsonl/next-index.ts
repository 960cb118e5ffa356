/** The number with which a session goes on. */
import {numberOf, readLines, readRecords} from '../../../journal/index.ts';
import {parsePersistedEvent} from '../../envelope.ts';

/**
 * Behind the last number that there is; `lastLine` is the journal's last complete one. Where the end is damaged, a number
 * is looked for wherever a reader finds one: at the head of a line that is broken further on, and in a record that is not
 * alone on its line. That reads the whole journal. Throws what reading it throws.
 */
export function nextIndex(path: string, lastLine: string | undefined): number {
  if (lastLine === undefined) return 0;
  const last = parsePersistedEvent(lastLine);
  if (last !== undefined) return last.index + 1;
  let next = 0;
  const met = (index: unknown) => {
    if (typeof index === 'number' && Number.isSafeInteger(index) && index >= next) next = index + 1;
  };
  for (const lines of readLines(path)) for (const line of lines) met(numberOf(line, 'index'));
  for (const {values} of readRecords(path)) for (const {index} of values) met(index);
  return next;
}
