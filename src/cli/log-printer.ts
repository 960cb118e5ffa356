/** How records are printed: as text lines, as the bytes they were, or as they are in the file. */
import type {LogFilter} from './log-filter.ts';
import {type LogRecord, parseRecord} from './log-record.ts';
import type {Answers} from './output/answers.ts';
import {dim} from './output/style.ts';
import {visible, visibleLine} from './output/visible.ts';
import {out} from './output/write.ts';

export type LogMode = 'text' | 'raw' | 'json';

export interface LogPrinter {
  /** Prints those of the lines that are wanted. */
  print(lines: readonly string[]): void;
  printRecord(record: LogRecord): void;
  /** Whether no later record can be wanted. */
  readonly isPast: boolean;
}

export interface LogStyle {
  /** Stands before every line of text, to tell several jobs apart. */
  readonly prefix?: string;
  /** Somebody looks at it: lines of text must not steer the terminal. Otherwise they are as the job wrote them. */
  readonly onTerminal?: boolean;
  /** Default: stdout as data. Once they are lost nothing more is wanted. */
  readonly answers?: Answers;
}

export function logPrinter(
  mode: LogMode,
  filter: LogFilter,
  {prefix = '', onTerminal = false, answers}: LogStyle = {},
): LogPrinter {
  let isPast = false;
  const write = answers === undefined ? out : (text: string | Uint8Array) => answers.write(text);
  const piece = (record: LogRecord, line: string | undefined): string | Buffer | undefined => {
    if (record.seq >= filter.to) isPast = true;
    if (!isWanted(record, filter)) return undefined;
    if (mode === 'json') return `${line ?? JSON.stringify(record)}\n`;
    if (mode === 'raw') return rawBytes(record);
    if (record.kind === 'status') return `${prefix}${dim(visible(`# ${statusText(record.data)}`))}\n`;
    return `${onTerminal ? visibleLine(textOf(record), prefix) : `${prefix}${textOf(record)}`}\n`;
  };
  return {
    get isPast() {
      return isPast || answers?.isLost === true;
    },
    print: lines => {
      if (filter.all && mode === 'json') {
        write(`${lines.join('\n')}\n`);
        return;
      }
      printPieces(
        write,
        lines.flatMap(line => {
          const record = parseRecord(line);
          return (record && piece(record, line)) ?? [];
        }),
      );
    },
    printRecord: record => printPieces(write, [piece(record, undefined) ?? '']),
  };
}

export function isWanted({seq, kind}: LogRecord, {from, to, kinds}: LogFilter): boolean {
  return seq >= from && seq <= to && kinds.has(kind);
}

function printPieces(write: typeof out, pieces: readonly (string | Buffer)[]): void {
  if (pieces.length === 0) return;
  const isText = pieces.every(piece => typeof piece === 'string');
  write(
    isText
      ? pieces.join('')
      : Buffer.concat(pieces.map(piece => (typeof piece === 'string' ? Buffer.from(piece) : piece))),
  );
}

function textOf({data, enc}: LogRecord): string {
  return enc === 'base64' ? Buffer.from(String(data), 'base64').toString('latin1') : String(data);
}

/** `finished exit_code=0`. */
function statusText(data: unknown): string {
  const {event, ...rest} = data as Record<string, unknown>;
  return [event, ...Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}

/** What the job wrote: a line that was split or never ended has no newline of its own. */
function rawBytes({kind, data, enc, partial, crlf}: LogRecord): string | Buffer {
  if (kind === 'status') return '';
  const end = partial ? '' : crlf ? '\r\n' : '\n';
  if (enc !== 'base64') return `${String(data)}${end}`;
  return Buffer.concat([Buffer.from(String(data), 'base64'), Buffer.from(end)]);
}
