/** The lines of a log without what steers a terminal, and of what was drawn anew the last state. */
import type {LogStage} from '../filtering/log-stage.ts';
import {WholeLines} from '../filtering/whole-lines.ts';
import type {LogEntry, LogRecord} from '../log-record.ts';
import {PlainScreen} from './plain-screen.ts';

/** No terminal is higher. */
const REACH = 200;

export class PlainLines implements LogStage {
  readonly #lines = new WholeLines();
  readonly #screen: PlainScreen<LogRecord>;

  /** `isFollowed`: what is whole is printed, and a bar that moves up is printed again. */
  constructor(isFollowed: boolean) {
    this.#screen = new PlainScreen(isFollowed ? 0 : REACH);
  }

  take(entries: readonly LogEntry[]): readonly LogEntry[] {
    return entries.flatMap(entry => this.#lines.add(entry)).flatMap(line => this.#shown(line));
  }

  end(): readonly LogEntry[] {
    const last = this.#lines.end().flatMap(line => this.#shown(line));
    return [...last, ...this.#screen.end().map(entryOf)];
  }

  #shown({
    entries,
    text,
  }: {
    readonly entries: readonly LogEntry[];
    readonly text: string;
  }): readonly LogEntry[] {
    const record = entries.at(-1)?.record;
    if (record === undefined) return [];
    if (record.kind === 'status') return [...this.#screen.end().map(entryOf), ...entries];
    return this.#screen.write(text, record).map(entryOf);
  }
}

function entryOf({text, mark}: {readonly text: string; readonly mark: LogRecord}): LogEntry {
  const {seq, ts, kind, late} = mark;
  return {record: {seq, ts, kind, data: text, ...(late === undefined ? {} : {late})}};
}
