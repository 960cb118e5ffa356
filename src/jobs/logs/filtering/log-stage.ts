/** What makes of the records of one log, in their order, those that are printed of it. */
import type {PendingText} from '../../../coordinator/client/index.ts';
import type {LogFilter} from '../log-filter.ts';
import {entriesOf, type LogEntry} from '../log-record.ts';
import type {LogPrinter} from '../log-sink.ts';
import {WantedEntries} from './wanted-entries.ts';

export interface LogStage {
  /** What goes on of these; the rest is left out, or held back. */
  take(entries: readonly LogEntry[]): readonly LogEntry[];
  /** Nothing more comes: what was held back. */
  end(): readonly LogEntry[];
}

/** Several behind each other. */
export function inTurn(stages: readonly LogStage[]): LogStage {
  return {
    take: entries => stages.reduce((rest, stage) => stage.take(rest), entries),
    end: () => stages.reduce<readonly LogEntry[]>((rest, stage) => [...stage.take(rest), ...stage.end()], []),
  };
}

/** A stage before a printer, for what is followed. */
export class StagedSink implements LogPrinter {
  readonly wantsPending = false;
  readonly #wanted: WantedEntries;
  readonly #stage: LogStage;
  readonly #next: LogPrinter;

  constructor(filter: LogFilter, stage: LogStage, next: LogPrinter) {
    this.#wanted = new WantedEntries(filter);
    this.#stage = stage;
    this.#next = next;
  }

  get isPast(): boolean {
    return this.#wanted.isPast || this.#next.isPast;
  }

  takeLines(lines: readonly string[]): void {
    this.takeEntries(entriesOf(lines));
  }

  takeEntries(entries: readonly LogEntry[]): void {
    this.takeSelected(this.#wanted.take(entries));
  }

  takeSelected(entries: readonly LogEntry[]): void {
    const selected = this.#stage.take(entries);
    if (selected.length > 0) this.#next.takeSelected(selected);
  }

  takePending(_text: PendingText): void {
    // only what is whole goes through a stage
  }

  end(): void {
    const rest = this.#stage.end();
    if (rest.length > 0) this.#next.takeSelected(rest);
    this.#next.end();
  }
}
