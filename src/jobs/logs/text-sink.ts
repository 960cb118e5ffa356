/** Records as lines of text. */
import {seenLast, visible, visibleLine} from '../../base/index.ts';
import type {PendingText} from '../../coordinator/client/index.ts';
import type {JoinedLines, LineStream} from './joined-lines.ts';
import {isWanted, type LogFilter} from './log-filter.ts';
import {
  entriesOf,
  isUnfinishedLine,
  type LogEntry,
  type LogRecord,
  opensGap,
  outputText,
} from './log-record.ts';
import type {LogPrinter} from './log-sink.ts';
import {OrderDoubt} from './losses/order-doubt.ts';
import {ShownPending} from './shown-pending.ts';
import {statusText} from './status-text.ts';

export interface TextOutput {
  readonly lines: JoinedLines;
  /** Where lines are shown before they are whole. */
  readonly live?: ShownLines | undefined;
  /** Somebody looks at it: lines of text must not steer the terminal. Otherwise they are as the job wrote them. */
  readonly onTerminal: boolean;
  /** Nothing can be written any more, so nothing more is wanted. */
  readonly isLost: boolean;
  /** How what happened to the job is told apart from what it wrote. Default: not. */
  readonly statusStyle?: (text: string) => string;
  /** Hears once of each log that the order of its lines is not known everywhere. */
  readonly onUnordered?: (() => void) | undefined;
  /** What stands before a line, behind the prefix, by its first record: its time. What is pending has none, and is not shown then. */
  readonly stamp?: ((record: LogRecord) => string) | undefined;
  /** Lines that do not follow each other in a log are divided by `--`. One for all logs that are printed together. */
  readonly groups?: {last: object | undefined} | undefined;
}

export interface ShownLines {
  add(line: object, prefix: string, more: string): void;
  /** Tells whether something was shown of it. */
  drop(line: object): boolean;
  leave(line: object): void;
  draw(): void;
}

export class TextSink implements LogPrinter {
  readonly #filter: LogFilter;
  readonly #output: TextOutput;
  readonly #prefix: string;
  readonly #streams: Readonly<Record<string, LineStream>>;
  readonly #pending: Readonly<Record<string, ShownPending>> = {
    stdout: new ShownPending(),
    stderr: new ShownPending(),
  };
  readonly #statusStyle: (text: string) => string;
  readonly #doubt = new OrderDoubt();
  /** Number of the last record that was seen, or -1. */
  #last = -1;

  constructor(filter: LogFilter, output: TextOutput, prefix: string) {
    this.#filter = filter;
    this.#output = output;
    this.#prefix = prefix;
    const {lines, onTerminal, statusStyle = text => text} = output;
    this.#statusStyle = statusStyle;
    const shown = (text: string, head: string) => visibleLine(text, head).slice(head.length);
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

  /** What is pending has no number yet, so it cannot be told whether it is before one. */
  get wantsPending(): boolean {
    return this.#filter.to === Number.MAX_SAFE_INTEGER && this.#output.stamp === undefined;
  }

  takeLines(lines: readonly string[]): void {
    this.takeEntries(entriesOf(lines));
  }

  takeEntries(entries: readonly LogEntry[]): void {
    for (const {record} of entries) this.#take(record);
    this.#output.lines.flush();
  }

  takeSelected(entries: readonly LogEntry[]): void {
    for (const {record, isBehindGap, isApart} of entries) {
      if (isBehindGap) this.#endLines();
      this.#divide(isApart === true);
      this.#print(record);
    }
    this.#output.lines.flush();
  }

  /** On a terminal it is drawn below all that is printed until its record comes; elsewhere printed, and of the record the rest. */
  takePending(text: PendingText): void {
    const stream = this.#streams[text.stream];
    const pending = this.#pending[text.stream];
    if (stream === undefined || pending === undefined || !this.#filter.kinds.has(text.stream)) return;
    const fresh = pending.take(text);
    const {live, lines} = this.#output;
    if (fresh === '') return;
    if (live !== undefined) {
      live.add(stream, this.#prefix, fresh);
      live.draw();
    } else {
      stream.add(fresh, false);
      stream.show();
      lines.flush();
    }
  }

  end(): void {
    for (const stream of Object.values(this.#streams)) this.#output.live?.leave(stream);
    this.#endLines();
    this.#output.lines.flush();
  }

  #take(record: LogRecord): void {
    if (opensGap(record, this.#last)) this.#endLines();
    this.#last = record.seq;
    if (isWanted(record, this.#filter)) this.#print(record);
    else this.#pending[record.kind]?.forget();
  }

  #print(record: LogRecord): void {
    const stream = this.#streams[record.kind];
    if (stream === undefined) return;
    if (this.#doubt.arises(record)) this.#output.onUnordered?.();
    const text = this.#textOf(record);
    // Whoever has seen a bar move need not see it once more.
    const wasSeen = this.#output.live?.drop(stream) === true;
    stream.add(wasSeen ? seenLast(text) : text, record.partial !== true, this.#output.stamp?.(record));
    if (isUnfinishedLine(record)) stream.show();
  }

  #textOf(record: LogRecord): string {
    const pending = this.#pending[record.kind];
    if (pending === undefined) return this.#statusStyle(visible(`# ${statusText(record.data)}`));
    if (this.#output.live === undefined) return pending.rest(record);
    pending.forget();
    return outputText(record);
  }

  #divide(isApart: boolean): void {
    const {groups, lines} = this.#output;
    if (groups === undefined) return;
    if (groups.last !== undefined && (isApart || groups.last !== this)) lines.line('--');
    groups.last = this;
  }

  #endLines(): void {
    for (const stream of Object.values(this.#streams)) stream.end();
  }
}
