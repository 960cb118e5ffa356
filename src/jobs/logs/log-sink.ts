/** Where the log of a job goes that is read or followed. */
import type {PendingText} from '../../coordinator/client/index.ts';
import type {LogRecord} from './log-record.ts';

export interface LogSink {
  /** Lines of the file, in their order. */
  takeLines(lines: readonly string[]): void;
  takeRecord(record: LogRecord): void;
  /** Whether it can do something with what has no end yet. */
  readonly wantsPending: boolean;
  takePending(text: PendingText): void;
  /** Nothing more comes. */
  end(): void;
  /** Whether no later record can be wanted. */
  readonly isPast: boolean;
}
