/** Records of a job's log, read quickly: nearly all are plain text whose data needs no decoding. */
export {isClosing} from '../../coordinator/domain/index.ts';

export interface LogRecord {
  readonly seq: number;
  readonly ts: number;
  readonly kind: string;
  readonly data: unknown;
  readonly partial?: boolean;
  readonly enc?: string;
  /** Recorded after a time without a coordinator: `ts` is that of the reading. */
  readonly late?: boolean;
  /** The line ended with `\r\n`. */
  readonly crlf?: boolean;
  /** Its place among the lines of the other stream is not known. */
  readonly order?: 'unknown';
}

/** A record on its way to where it is printed. */
export interface LogEntry {
  readonly record: LogRecord;
  /** Its line in the file, where it is from one. */
  readonly line?: string | undefined;
  /** Records before it are missing, so that no line goes on with it. */
  readonly isBehindGap?: boolean;
  /** Lines before it were left out of what is printed. */
  readonly isApart?: boolean;
  /** The line that ends with it was looked for, and is no line around such a one. */
  readonly isFound?: boolean;
}

const SHAPE = /^\{"seq":(\d+),"ts":(\d+),"kind":"(stdout|stderr)","data":"/;

/** What stands behind the data of nearly all records, and says nothing about it; but its time or its order may be in doubt. */
const ORDINARY_END = /^(?<late>,"late":true)?(?<unordered>,"order":"unknown")?(?:,"spool":\[\d+,\d+\])?\}$/;

/** Undefined for a line that is no record. */
export function parseRecord(line: string): LogRecord | undefined {
  return parsePlain(line) ?? parseAny(line);
}

/** A record without escapes in its data and without keys that say how to read it; undefined for all others. */
function parsePlain(line: string): LogRecord | undefined {
  const head = line.includes('\\') ? null : SHAPE.exec(line);
  if (head === null) return undefined;
  const start = head[0].length;
  const end = line.indexOf('"', start);
  const tail = end < 0 ? null : ORDINARY_END.exec(line.slice(end + 1));
  if (tail === null) return undefined;
  const record = {
    seq: Number(head[1]),
    ts: Number(head[2]),
    kind: head[3] ?? '',
    data: line.slice(start, end),
  };
  const {late, unordered} = tail.groups ?? {};
  if (late === undefined && unordered === undefined) return record;
  return {
    ...record,
    ...(late === undefined ? {} : {late: true}),
    ...(unordered === undefined ? {} : {order: 'unknown'}),
  };
}

function parseAny(line: string): LogRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<LogRecord> | null;
    const isRecord =
      typeof record?.seq === 'number' && typeof record.ts === 'number' && typeof record.kind === 'string';
    return isRecord && 'data' in record ? (record as LogRecord) : undefined;
  } catch {
    return undefined; // a line of some other writer
  }
}

/** Those of the lines that are records. */
export function entriesOf(lines: readonly string[]): LogEntry[] {
  return lines.flatMap((line): LogEntry | readonly [] => {
    const record = parseRecord(line);
    return record === undefined ? [] : {record, line};
  });
}

/** What the job wrote, without the line end; bytes that are no text as Latin-1. */
export function outputText({data, enc}: LogRecord): string {
  return enc === 'base64' ? Buffer.from(String(data), 'base64').toString('latin1') : String(data);
}

/** A line is cut behind so many bytes, or up to three before, so that no character is torn. */
const CUT_BYTES = 65_536;

/** Whether it is the end of what was written, without a line end, and not a piece of a line that is long. What comes later goes on in it. */
export function isUnfinishedLine({partial, data, enc}: LogRecord): boolean {
  return (
    partial === true && Buffer.byteLength(String(data), enc === 'base64' ? 'base64' : 'utf8') < CUT_BYTES - 3
  );
}

/**
 * Whether something is missing between a record and the one numbered `last` before it (-1 for none), so that no line goes
 * on over it: lines that were sampled away, or output that was lost.
 */
export function opensGap({seq, kind, data}: LogRecord, last: number): boolean {
  if (last >= 0 && seq !== last + 1) return true;
  if (kind !== 'status') return false;
  const {event, message} = data as {readonly event?: unknown; readonly message?: unknown};
  return event === 'truncated' || (event === 'lost' && message !== undefined);
}
