/** Where the log of a job goes that is read or followed. */
import type {PendingText} from '../../coordinator/client/index.ts';
import type {LogEntry} from './log-record.ts';

export interface LogSink {
  /** Lines of the file, in their order. */
  takeLines(lines: readonly string[]): void;
  /** Records as they come, also those that are not wanted. */
  takeEntries(entries: readonly LogEntry[]): void;
  /** Whether it can do something with what has no end yet. */
  readonly wantsPending: boolean;
  takePending(text: PendingText): void;
  /** Nothing more comes. */
  end(): void;
  /** Whether no later record can be wanted. */
  readonly isPast: boolean;
}

/** One that prints, and leaves it to others to choose what. */
export interface LogPrinter extends LogSink {
  /** Only records that are wanted. */
  takeSelected(entries: readonly LogEntry[]): void;
}
