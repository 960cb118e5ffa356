/** The number and the time of a record, read from the head of its line. */

/** The first key of every record: `seq` in a job's output, `index` in an agent session, `id` in a topic of the event log. */
export type NumberKey = 'seq' | 'index' | 'id';

/** More bytes than any head up to the end of its number takes. */
export const NUMBER_HEAD_BYTES = 48;

/** More bytes than any head up to the end of its time takes. */
export const TIME_HEAD_BYTES = 96;

/** What stands before a time, wherever in a line. */
export const TIME_LABEL = '"emitted_at_ms":';

const HEAD: Readonly<Record<NumberKey, string>> = {seq: '{"seq":', index: '{"index":', id: '{"id":'};
const ZERO = 48;
const NINE = 57;
const COMMA = 44;
const CLOSING_BRACE = 125;
const JSON_NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,}])/y;

/** Reads the number without parsing the record. Undefined when the line does not begin as `{"seq":N` and a comma or `}`. */
export function numberOf(line: string, key: NumberKey): number | undefined {
  const end = numberEnd(line, key);
  return end === undefined ? undefined : Number(line.slice(HEAD[key].length, end));
}

/** Whether a file with this head is empty, or begins as `{"seq":N`, as far as a writer that was killed came. */
export function headBegins(head: string, key: NumberKey): boolean {
  const text = HEAD[key];
  if (head.length <= text.length) return text.startsWith(head);
  const code = head.charCodeAt(text.length);
  return head.startsWith(text) && code >= ZERO && code <= NINE;
}

/**
 * Reads the time, Unix milliseconds, without parsing the record. Undefined when the line does not begin as
 * `{"index":N,"emitted_at_ms":T` and a comma or `}`.
 */
export function timeOf(line: string, key: NumberKey): number | undefined {
  const end = numberEnd(line, key);
  return end === undefined || !line.startsWith(TIME_LABEL, end + 1)
    ? undefined
    : timeAt(line, end + 1 + TIME_LABEL.length);
}

/** The time that stands at `at`, behind its label. */
export function timeAt(line: string, at: number): number | undefined {
  JSON_NUMBER.lastIndex = at;
  const digits = JSON_NUMBER.exec(line)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Where the comma or brace behind the number stands. */
function numberEnd(line: string, key: NumberKey): number | undefined {
  const head = HEAD[key];
  if (!line.startsWith(head)) return undefined;
  let at = head.length;
  let code = line.charCodeAt(at);
  while (code >= ZERO && code <= NINE) {
    at += 1;
    code = line.charCodeAt(at);
  }
  const ended = code === COMMA || code === CLOSING_BRACE;
  return ended && at > head.length ? at : undefined;
}
