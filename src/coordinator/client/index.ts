export type {Health, LogRecord, Outcome, WireJob, WireSubmission} from '../protocol/index.ts';
export {
  type CancelFilters,
  type Cancelled,
  type CancelOptions,
  Client,
  type ClientOptions,
  type ShutdownOptions,
  type TailOptions,
} from './client.ts';
export type {Connection, RequestOptions} from './connection.ts';
