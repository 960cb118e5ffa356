export type {Health, LogRecord, Outcome, PendingText, WireJob, WireSubmission} from '../protocol/index.ts';
export {
  type CancelFilters,
  type Cancelled,
  type CancelOptions,
  Client,
  type ClientOptions,
  type ShutdownOptions,
} from './client.ts';
export type {Connection, RequestOptions} from './connection.ts';
export type {PendingTailOptions, TailOptions} from './tail.ts';
