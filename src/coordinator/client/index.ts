export type {Health, LogRecord, Outcome, Queue, WireJob, WireSubmission} from '../protocol/index.ts';
export {Client} from './client.ts';
export type {
  CancelFilters,
  Cancelled,
  CancelOptions,
  ClientOptions,
  ShutdownOptions,
  TailOptions,
} from './client-options.ts';
export type {Connection, RequestOptions} from './connection.ts';
