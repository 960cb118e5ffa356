/** How records are printed: as text lines, as the bytes they were, or as they are in the file. */
import type {LogFilter} from './log-filter.ts';
import {type LogRecord, parseRecord} from './log-record.ts';
import {dim} from './output/style.ts';
import {out} from './output/write.ts';

export type LogMode = 'text' | 'raw' | 'json';

export interface LogPrinter {
  /** Prints those of the lines that are wanted. */
  print(lines: readonly string[]): void;
  /** Whether no later record can be wanted. */
  readonly isPast: boolean;
}

/** `prefix` stands before every line of text, to tell several jobs apart. */
export function logPrinter(mode: LogMode, filter: LogFilter, prefix = ''): LogPrinter {
  let isPast = false;
  const format = mode === 'raw' ? rawBytes : (record: LogRecord) => `${prefix}${textOf(record)}\n`;
  return {
    get isPast() {
      return isPast;
    },
    print: lines => {
      const pieces: (string | Buffer)[] = [];
      for (const line of lines) {
        if (filter.all && mode === 'json') {
          pieces.push(`${line}\n`);
          continue;
        }
        const record = parseRecord(line);
        if (record === undefined) continue;
        if (record.seq > filter.to) isPast = true;
        if (isWanted(record, filter)) pieces.push(mode === 'json' ? `${line}\n` : format(record));
      }
      printPieces(pieces);
    },
  };
}

export function isWanted({seq, ts, kind}: LogRecord, {from, to, since, kinds}: LogFilter): boolean {
  return seq >= from && seq <= to && ts >= since && kinds.has(kind);
}

function printPieces(pieces: readonly (string | Buffer)[]): void {
  if (pieces.length === 0) return;
  const isText = pieces.every(piece => typeof piece === 'string');
  out(
    isText
      ? pieces.join('')
      : Buffer.concat(pieces.map(piece => (typeof piece === 'string' ? Buffer.from(piece) : piece))),
  );
}

function textOf({kind, data, enc}: LogRecord): string {
  if (kind === 'status') return dim(`# ${statusText(data)}`);
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
