export type {WireSubmission} from '../protocol/index.ts';
export {Client, type ClientOptions} from './client.ts';
export type {Connection, RequestOptions} from './connection.ts';
