import type {Answer, ParsedPayload, RequestName} from '../protocol/index.ts';

/** Answers each request. `signal` is aborted when the asking connection ends. */
export type Routes = {
  readonly [R in RequestName]: (
    payload: ParsedPayload<R>,
    signal: AbortSignal,
  ) => Promise<Answer<R>> | Answer<R>;
};
