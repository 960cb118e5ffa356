/** What `logs` was asked for. */
import type {Pattern} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {LogFilter} from '../../jobs/index.ts';

export interface LogRequest {
  readonly filter: LogFilter;
  readonly mode: LogMode;
  readonly follow: boolean;
  readonly grep: {readonly pattern: Pattern; readonly context: number} | undefined;
  readonly plain: boolean;
  readonly times: 'local' | 'utc' | 'relative' | undefined;
  readonly maxBytes: number | undefined;
  /** Who reads only what is new. */
  readonly reader: string | undefined;
}

/** As lines of text, as the bytes they were, or as records like those in the file. */
export type LogMode = 'text' | 'raw' | 'json';

/** To tell several jobs apart. */
export interface LogMark {
  /** Stands before every line of text. */
  readonly prefix?: string | undefined;
  /** Is told at the end of every record. */
  readonly job?: string | undefined;
}

export interface PrintedLog {
  readonly job: ListedJob;
  /** In numbers, with no age left. */
  readonly filter: LogFilter;
  readonly mark: LogMark;
}
