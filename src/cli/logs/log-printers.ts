/** How records are printed: as lines of text, as the bytes they were, or as they are in the file. */

import {stringifyWellFormed} from '../../base/index.ts';
import {
  isWanted,
  type LogFilter,
  type LogRecord,
  type LogSink,
  parseRecord,
  type TextOutput,
  TextSink,
} from '../../jobs/index.ts';

/** One output for all logs that are printed together, because a line of one may keep those of others waiting. */
export interface LogOutput extends TextOutput {
  /** Lines of text go to `lines`, for which what is written here does not wait. */
  readonly write: (text: string | Uint8Array) => void;
}

/** As lines of text, as the bytes they were, or as records like those in the file. */
export type LogMode = 'text' | 'raw' | 'json';

/** `prefix` stands before every line of text, to tell several jobs apart. */
export function logPrinter(mode: LogMode, filter: LogFilter, output: LogOutput, prefix = ''): LogSink {
  if (mode === 'text') return new TextSink(filter, output, prefix);
  return mode === 'raw' ? new RawPrinter(filter, output) : new JsonPrinter(filter, output);
}

abstract class RecordPrinter implements LogSink {
  protected readonly filter: LogFilter;
  protected readonly output: LogOutput;
  #isPast = false;

  constructor(filter: LogFilter, output: LogOutput) {
    this.filter = filter;
    this.output = output;
  }

  get isPast(): boolean {
    return this.#isPast || this.output.isLost;
  }

  abstract takeLines(lines: readonly string[]): void;
  abstract takeRecord(record: LogRecord): void;

  readonly wantsPending = false;

  takePending(): void {
    // only whole records are printed
  }

  end(): void {
    // each record was printed as it came
  }

  protected isWanted(record: LogRecord): boolean {
    if (record.seq >= this.filter.to) this.#isPast = true;
    return isWanted(record, this.filter);
  }
}

class JsonPrinter extends RecordPrinter {
  takeLines(lines: readonly string[]): void {
    const wanted = this.filter.all
      ? lines
      : lines.filter(line => {
          const record = parseRecord(line);
          return record !== undefined && this.isWanted(record);
        });
    if (wanted.length > 0) this.output.write(`${wanted.join('\n')}\n`);
  }

  takeRecord(record: LogRecord): void {
    if (this.isWanted(record)) this.output.write(`${stringifyWellFormed(record)}\n`);
  }
}

class RawPrinter extends RecordPrinter {
  takeLines(lines: readonly string[]): void {
    const pieces = lines.flatMap(line => {
      const record = parseRecord(line);
      return record !== undefined && this.isWanted(record) ? rawBytes(record) : [];
    });
    if (pieces.length > 0) this.output.write(Buffer.concat(pieces));
  }

  takeRecord(record: LogRecord): void {
    if (this.isWanted(record)) this.output.write(rawBytes(record));
  }
}

/** What the job wrote: a line that was split or never ended has no newline of its own. */
function rawBytes({kind, data, enc, partial, crlf}: LogRecord): Buffer {
  if (kind === 'status') return NOTHING;
  const end = partial ? '' : crlf ? '\r\n' : '\n';
  if (enc !== 'base64') return Buffer.from(`${String(data)}${end}`);
  return Buffer.concat([Buffer.from(String(data), 'base64'), Buffer.from(end)]);
}

const NOTHING = Buffer.alloc(0);
