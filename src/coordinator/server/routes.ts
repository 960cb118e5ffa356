import type {Answer, ParsedPayload, ParsedStreamPayload, RequestName, StreamName} from '../protocol/index.ts';

/** Answers each request. `signal` is aborted when the asking connection ends. */
export type Routes = {
  readonly [R in AnsweredRequest]: (
    payload: ParsedPayload<R>,
    signal: AbortSignal,
  ) => Promise<Answer<R>> | Answer<R>;
};

/** Requests that the routes answer; the connection itself answers the other. */
export type AnsweredRequest = Exclude<RequestName, 'EndStream'>;

/**
 * Answers a request by a stream of JSON lines, each chunk one or more whole ones with their newlines, valid until the next
 * chunk is asked for. Asked for more only when the peer has taken what there was. Ends when `signal` is aborted.
 */
export type Streams = {
  readonly [S in StreamName]: (payload: ParsedStreamPayload<S>, signal: AbortSignal) => AsyncIterable<Buffer>;
};
