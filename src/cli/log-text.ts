/** Records as lines of text. */
import type {LineStream} from './joined-lines.ts';
import {isWanted, type LogFilter} from './log-filter.ts';
import type {LogOutput} from './log-output.ts';
import type {LogPrinter} from './log-printer.ts';
import {isUnfinished, type LogRecord, opensGap, parseRecord} from './log-record.ts';
import {dim} from './output/style.ts';
import {visible, visibleLine} from './output/visible.ts';

export class TextPrinter implements LogPrinter {
  readonly #filter: LogFilter;
  readonly #output: LogOutput;
  readonly #streams: Readonly<Record<string, LineStream>>;
  /** Number of the last record that was seen, or -1. */
  #last = -1;

  constructor(filter: LogFilter, output: LogOutput, prefix: string) {
    this.#filter = filter;
    this.#output = output;
    const {lines, onTerminal} = output;
    const shown = (text: string) => visibleLine(text, prefix).slice(prefix.length);
    const style = onTerminal ? {prefix, shown} : {prefix};
    this.#streams = {
      stdout: lines.stream(style),
      stderr: lines.stream(style),
      status: lines.stream({prefix}),
    };
  }

  get isPast(): boolean {
    return this.#last >= this.#filter.to || this.#output.isLost;
  }

  print(lines: readonly string[]): void {
    for (const line of lines) {
      const record = parseRecord(line);
      if (record !== undefined) this.#take(record);
    }
    this.#output.lines.flush();
  }

  printRecord(record: LogRecord): void {
    this.#take(record);
    this.#output.lines.flush();
  }

  end(): void {
    this.#endLines();
    this.#output.lines.flush();
  }

  #take(record: LogRecord): void {
    if (opensGap(record, this.#last)) this.#endLines();
    this.#last = record.seq;
    const stream = this.#streams[record.kind];
    if (stream === undefined || !isWanted(record, this.#filter)) return;
    stream.add(textOf(record), record.partial !== true);
    if (isUnfinished(record)) stream.show();
  }

  #endLines(): void {
    for (const stream of Object.values(this.#streams)) stream.end();
  }
}

function textOf({kind, data, enc}: LogRecord): string {
  if (kind === 'status') return dim(visible(`# ${statusText(data)}`));
  return enc === 'base64' ? Buffer.from(String(data), 'base64').toString('latin1') : String(data);
}

/** `finished exit_code=0`. What only a coordinator has a use for is left to `--json`. */
function statusText(data: unknown): string {
  const {event, ...rest} = data as Record<string, unknown>;
  const shown = Object.entries(rest).filter(([name]) => !FOR_COORDINATORS.has(name));
  return [event, ...shown.map(([name, value]) => `${name}=${valueText(value)}`)].join(' ');
}

const FOR_COORDINATORS = new Set(['host', 'boot_id', 'pid_ns', 'starts']);

function valueText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
