/** Records of a job's log, read quickly: nearly all are plain text whose data needs no decoding. */
export interface LogRecord {
  readonly seq: number;
  readonly ts: number;
  readonly kind: string;
  readonly data: unknown;
  readonly partial?: boolean;
  readonly enc?: string;
  /** The line ended with `\r\n`. */
  readonly crlf?: boolean;
}

const SHAPE = /^\{"seq":(\d+),"ts":(\d+),"kind":"(stdout|stderr)","data":"/;

/** Keys that say what the bytes were. */
const DECODING = /"(?:partial|enc|crlf)"/;

/** Undefined for a line that is no record. */
export function parseRecord(line: string): LogRecord | undefined {
  const head = line.includes('\\') ? null : SHAPE.exec(line);
  if (head !== null) {
    const start = head[0].length;
    const end = line.indexOf('"', start);
    const extras = line.slice(end + 1);
    const record = {
      seq: Number(head[1]),
      ts: Number(head[2]),
      kind: head[3] ?? '',
      data: line.slice(start, end),
    };
    if (extras === '}' || !DECODING.test(extras)) return record;
  }
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined; // a line of some other writer
  }
}

/** Whether this record says that the log is closed: nothing follows it. */
export function isClosing(line: string): boolean {
  return line.includes('"kind":"status","data":{"event":"closed"');
}
