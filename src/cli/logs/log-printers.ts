/** How records are printed: as lines of text, as the bytes they were, or as they are in the file. */

import {stringifyWellFormed} from '../../base/index.ts';
import {
  entriesOf,
  isWanted,
  type LogEntry,
  type LogFilter,
  type LogPrinter,
  type LogRecord,
  type TextOutput,
  TextSink,
} from '../../jobs/index.ts';

import type {LogMark, LogMode} from './log-request.ts';

/** One output for all logs that are printed together, because a line of one may keep those of others waiting. */
export interface LogOutput extends TextOutput {
  /** Lines of text go to `lines`, for which what is written here does not wait. */
  readonly write: (text: string | Uint8Array) => void;
}

export function logPrinter(
  mode: LogMode,
  filter: LogFilter,
  output: LogOutput,
  {prefix = '', job}: LogMark = {},
): LogPrinter {
  if (mode === 'text') return new TextSink(filter, output, prefix);
  return mode === 'raw' ? new RawPrinter(filter, output) : new JsonPrinter(filter, output, job);
}

abstract class RecordPrinter implements LogPrinter {
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

  abstract takeSelected(entries: readonly LogEntry[]): void;

  takeLines(lines: readonly string[]): void {
    this.takeEntries(entriesOf(lines));
  }

  takeEntries(entries: readonly LogEntry[]): void {
    const wanted = entries.filter(({record}) => this.#isWanted(record));
    if (wanted.length > 0) this.takeSelected(wanted);
  }

  readonly wantsPending = false;

  takePending(): void {
    // only whole records are printed
  }

  end(): void {
    // each record was printed as it came
  }

  #isWanted(record: LogRecord): boolean {
    if (record.seq >= this.filter.to) this.#isPast = true;
    return isWanted(record, this.filter);
  }
}

class JsonPrinter extends RecordPrinter {
  /** What ends a record, with the job where several are told apart. */
  readonly #end: string;

  constructor(filter: LogFilter, output: LogOutput, job: string | undefined) {
    super(filter, output);
    this.#end = job === undefined ? PLAIN_END : `,"job":${stringifyWellFormed(job)}}\n`;
  }

  override takeLines(lines: readonly string[]): void {
    if (this.filter.all && this.#end === PLAIN_END) this.#write(lines);
    else super.takeLines(lines);
  }

  takeSelected(entries: readonly LogEntry[]): void {
    this.#write(entries.map(({record, line}) => line ?? stringifyWellFormed(record)));
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const ended =
      this.#end === PLAIN_END
        ? `${lines.join('\n')}\n`
        : lines.map(line => line.slice(0, -1) + this.#end).join('');
    this.output.write(ended);
  }
}

/** How a record in the file ends. */
const PLAIN_END = '}\n';

class RawPrinter extends RecordPrinter {
  takeSelected(entries: readonly LogEntry[]): void {
    const bytes = Buffer.concat(entries.map(({record}) => rawBytes(record)));
    if (bytes.length > 0) this.output.write(bytes);
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
