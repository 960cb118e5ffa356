/** Prints what is there of logs, all of it or only its end, and moves the cursors of a reader once that is done. */
import {counted, sizeText, visible} from '../../base/index.ts';
import {
  filterUnseen,
  isBeyond,
  isClosing,
  LastBytes,
  type LeftOut,
  parseRecord,
  ReaderCursor,
} from '../../jobs/index.ts';
import {readLastLines} from '../../journal/index.ts';
import {out, say} from '../output/write.ts';
import {decorated} from './log-decoration.ts';
import {dataOutput} from './log-output.ts';
import type {LogRequest, PrintedLog} from './log-request.ts';
import {type Printed, printLogs} from './print-logs.ts';

/** Tells whether any record was printed. `now` in Unix milliseconds. */
export function printBounded(logs: readonly PrintedLog[], request: LogRequest, now: number): boolean {
  const {reader} = request;
  return reader === undefined
    ? !print(logs, request, now).isNothing
    : printUnseen(logs, request, reader, now);
}

function print(logs: readonly PrintedLog[], request: LogRequest, now: number): Printed {
  const {maxBytes, mode} = request;
  if (maxBytes === undefined) return printLogs(logs, request, decorated(dataOutput(), request, logs, now));
  const last = new LastBytes(maxBytes);
  const output = decorated(
    dataOutput(text => last.write(text)),
    request,
    logs,
    now,
  );
  const printed = printLogs(logs, request, output);
  const {text, leftOut} = last.end(mode !== 'json');
  out(text);
  if (leftOut !== undefined) say(leftOutText(leftOut, text.length === 0));
  return printed;
}

function leftOutText({lines, bytes, isCut}: LeftOut, isNothing: boolean): string {
  const what = `${counted(lines, 'line')} (${sizeText(bytes)})`;
  if (isNothing) return `${what} were left out by --max-bytes, in which not even the last one has room`;
  return `${what} before these were left out by --max-bytes${isCut ? ', and the begin of this line' : ''}`;
}

/** A cursor is moved when all is printed: whoever is killed before that gets the same lines again. */
function printUnseen(logs: readonly PrintedLog[], request: LogRequest, reader: string, now: number): boolean {
  const cursors = logs.map(({job}) => ReaderCursor.open(job.directory, reader));
  try {
    const places = logs.map((log, at) => unseenPart(log, cursors[at], reader));
    const {isNothing, unseen} = print(
      places.map(({log}) => log),
      request,
      now,
    );
    for (const [at, place] of places.entries()) cursors[at]?.advance(unseen[at]?.seen ?? {}, place.last);
    return !isNothing;
  } finally {
    for (const cursor of cursors) cursor?.close();
  }
}

interface UnseenPart {
  readonly log: PrintedLog;
  /** No record is numbered higher, and will not be; as far as anybody knows. */
  readonly last: number;
}

/** What is not closed may be made anew, and will then have all numbers that it had. */
function unseenPart(log: PrintedLog, cursor: ReaderCursor | undefined, reader: string): UnseenPart {
  const seen = cursor?.seen() ?? {};
  const line = readLastLines(log.job.journal, 1)[0] ?? '';
  const last = isClosing(line) ? (parseRecord(line)?.seq ?? -1) : Number.MAX_SAFE_INTEGER;
  if (!isBeyond(seen, last)) return {log: {...log, filter: filterUnseen(log.filter, seen)}, last};
  say(
    `${visible(log.job.name)}: its log is another one than the reader ${reader} has read, so all of it is new`,
  );
  return {log: {...log, filter: filterUnseen(log.filter, {})}, last};
}
