/** What prints the log of a job. */
import type {PendingText} from '../../coordinator/client/index.ts';
import type {LogRecord} from './log-record.ts';

/** As lines of text, as the bytes they were, or as records like those in the file. */
export type LogMode = 'text' | 'raw' | 'json';

export interface LogPrinter {
  /** Prints those of the lines that are wanted. */
  print(lines: readonly string[]): void;
  printRecord(record: LogRecord): void;
  /** Whether it can do something with what has no end yet. */
  readonly showsPending: boolean;
  printPending(text: PendingText): void;
  /** Nothing more comes. */
  end(): void;
  /** Whether no later record can be wanted. */
  readonly isPast: boolean;
}
