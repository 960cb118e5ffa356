/** The lines that a reader has not seen, each once it is whole, and how far it has seen when these are printed. */
import type {LogStage} from '../filtering/log-stage.ts';
import {WholeLines} from '../filtering/whole-lines.ts';
import type {LogFilter} from '../log-filter.ts';
import type {LogEntry} from '../log-record.ts';
import type {Seen} from './reader-cursor.ts';

export class UnseenLines implements LogStage {
  readonly #lines = new WholeLines();
  readonly #isOver: boolean;
  readonly #seen: Record<string, number> = {};

  /** `isOver`: nothing more is written, so that a line without an end is whole as well, and nothing is held back. */
  constructor(isOver: boolean) {
    this.#isOver = isOver;
  }

  /** The numbers of the last records that went on. */
  get seen(): Seen {
    return this.#seen;
  }

  take(entries: readonly LogEntry[]): readonly LogEntry[] {
    if (this.#isOver) return this.#goOn(entries);
    const whole = entries.flatMap(entry => this.#lines.add(entry));
    return this.#goOn(whole.flatMap(line => line.entries));
  }

  end(): readonly LogEntry[] {
    return [];
  }

  #goOn(entries: readonly LogEntry[]): readonly LogEntry[] {
    for (const {record} of entries) this.#seen[record.kind] = record.seq;
    return entries;
  }
}

/** The filter for what is behind what was seen. */
export function filterUnseen(filter: LogFilter, seen: Seen): LogFilter {
  const begins = Object.fromEntries([...filter.kinds].map(kind => [kind, (seen[kind] ?? -1) + 1]));
  const from = Math.min(...Object.values(begins));
  return {...filter, from, begins, all: false};
}
