/** The number of a record, read from the head of its line. */

/** The first key of every record: `seq` in a job's output, `index` in an agent session. */
export type NumberKey = 'seq' | 'index';

/** More bytes than any head up to the end of its number takes. */
export const NUMBER_HEAD_BYTES = 48;

const HEAD: Readonly<Record<NumberKey, string>> = {seq: '{"seq":', index: '{"index":'};
const ZERO = 48;
const NINE = 57;
const COMMA = 44;
const CLOSING_BRACE = 125;

/** Reads the number without parsing the record. Undefined when the line does not begin as `{"seq":N` and a comma or `}`. */
export function numberOf(line: string, key: NumberKey): number | undefined {
  const head = HEAD[key];
  if (!line.startsWith(head)) return undefined;
  let at = head.length;
  let number = 0;
  let code = line.charCodeAt(at);
  while (code >= ZERO && code <= NINE) {
    number = number * 10 + (code - ZERO);
    at += 1;
    code = line.charCodeAt(at);
  }
  const ended = code === COMMA || code === CLOSING_BRACE;
  return ended && at > head.length ? number : undefined;
}
