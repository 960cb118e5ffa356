/** What the package exports as `stint/client`. */
export type {
  Groups,
  Health,
  LogRecord,
  Outcome,
  PendingText,
  Queue,
  RemovalAnswer,
  WireEventPass,
  WireJob,
  WirePass,
  WireSubmission,
} from '../protocol/index.ts';
export {Client} from './client.ts';
export type {
  CancelAllOptions,
  CancelFilters,
  Cancelled,
  CancelManyOptions,
  CancelOptions,
  ClientOptions,
  ShutdownOptions,
} from './client-options.ts';
export type {Connection, RequestOptions} from './connection.ts';
export type {PendingTailOptions, TailOptions} from './tail.ts';
