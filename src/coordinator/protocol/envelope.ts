/** What stands around every payload: the protocol's version, what is asked, what kind of answer it is. */
import * as v from 'valibot';

import {type ErrorCode, messageOf, StintError} from '../../base/index.ts';
import {
  type Answer,
  type ParsedPayload,
  type ParsedStreamPayload,
  REQUESTS,
  type RequestName,
  STREAMS,
  type StreamFrame,
  type StreamName,
} from './requests.ts';

/** The version of the protocol, `v` in every message. */
export const PROTOCOL_VERSION = 1;

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** JSON has numbers that a double cannot hold: `1e999` is read as infinite, which cannot be sent back. */
const requestId = v.pipe(v.number(), v.finite());
const request = v.object({
  v: v.literal(PROTOCOL_VERSION),
  id: v.optional(requestId),
  req: v.string(),
  payload: v.unknown(),
});
const response = v.object({
  v: v.number(),
  id: v.optional(v.number()),
  kind: v.string(),
  payload: v.unknown(),
});
const wireError = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
  details: v.optional(v.record(v.string(), v.unknown())),
});
const versioned = v.object({v: v.unknown()});

/** A request as it is put on the wire. `id` comes back with the answer, so that several can be under way at once. */
export function requestMessage(id: number, req: RequestName | StreamName, payload: unknown): unknown {
  return {v: PROTOCOL_VERSION, id, req, payload};
}

export function answerMessage(id: number | undefined, req: RequestName, payload: unknown): unknown {
  const {kind} = REQUESTS[req];
  return id === undefined ? {v: PROTOCOL_VERSION, kind, payload} : {v: PROTOCOL_VERSION, id, kind, payload};
}

export function streamEndMessage(id: number | undefined): unknown {
  return {v: PROTOCOL_VERSION, ...(id === undefined ? {} : {id}), kind: 'StreamEnd', payload: {}};
}

export function errorMessage(id: number | undefined, error: unknown): unknown {
  const known = error instanceof StintError;
  const payload: WireError = {
    code: known ? error.code : 'INTERNAL',
    message: messageOf(error),
    ...(known && error.hint !== undefined ? {hint: error.hint} : {}),
    ...(known && error.details !== undefined ? {details: error.details} : {}),
  };
  return {v: PROTOCOL_VERSION, ...(id === undefined ? {} : {id}), kind: 'Error', payload};
}

export type ParsedRequest = {
  [R in RequestName]: {
    readonly kind: 'request';
    readonly id: number | undefined;
    readonly req: R;
    readonly payload: ParsedPayload<R>;
  };
}[RequestName];

export type ParsedStreamRequest = {
  [S in StreamName]: {
    readonly kind: 'stream';
    readonly id: number | undefined;
    readonly req: S;
    readonly payload: ParsedStreamPayload<S>;
  };
}[StreamName];

/** Checks a message against the schemas. Throws `SCHEMA_MISMATCH` for another protocol version, else `BAD_REQUEST`. */
export function parseRequest(message: unknown): ParsedRequest | ParsedStreamRequest {
  const envelope = v.safeParse(request, message, {abortEarly: true});
  if (!envelope.success) {
    refuseOtherVersion(message);
    throw invalid('The request', envelope.issues[0]);
  }
  const {id, req} = envelope.output;
  if (isStreamName(req)) {
    const payload = checked(STREAMS[req].payload, envelope.output.payload, `The payload of ${req}`);
    return {kind: 'stream', id, req, payload} as ParsedStreamRequest;
  }
  if (isRequestName(req)) {
    const payload = checked(REQUESTS[req].payload, envelope.output.payload, `The payload of ${req}`);
    return {kind: 'request', id, req, payload} as ParsedRequest;
  }
  throw new StintError('BAD_REQUEST', `There is no request ${req}.`, {
    hint: `There are: ${[...Object.keys(REQUESTS), ...Object.keys(STREAMS)].join(', ')}.`,
  });
}

/** The id of a message whose rest may be anything, so that its error can be matched. */
export function idOf(message: unknown): number | undefined {
  const result = v.safeParse(v.object({id: requestId}), message);
  return result.success ? result.output.id : undefined;
}

export type ParsedResponse =
  | {
      readonly id: number | undefined;
      readonly kind: 'Answer' | 'StreamFrame' | 'StreamEnd';
      readonly payload: unknown;
    }
  | {readonly id: number | undefined; readonly kind: 'Error'; readonly error: StintError};

export function parseResponse(message: unknown): ParsedResponse {
  const {id, kind, payload} = checked(response, message, 'The answer');
  if (kind === 'StreamFrame' || kind === 'StreamEnd') return {id, kind, payload};
  if (kind !== 'Error') return {id, kind: 'Answer', payload};
  const {code, message: text, hint, details} = checked(wireError, payload, 'The error');
  return {id, kind: 'Error', error: new StintError(code as ErrorCode, text, {hint, details})};
}

export function parseAnswer<R extends RequestName>(req: R, payload: unknown): Answer<R> {
  return checked(REQUESTS[req].answer, payload, `The answer to ${req}`) as Answer<R>;
}

export function parseFrame<S extends StreamName>(req: S, payload: unknown): StreamFrame<S> {
  return checked(STREAMS[req].frame, payload, `A frame of ${req}`) as StreamFrame<S>;
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, {abortEarly: true});
  if (result.success) return result.output;
  throw invalid(what, result.issues[0]);
}

function invalid(what: string, issue: v.BaseIssue<unknown>): StintError {
  const where = v.getDotPath(issue);
  return new StintError(
    'BAD_REQUEST',
    `${what} is not valid${where === null ? '' : ` at ${where}`}: ${issue.message}.`,
  );
}

function refuseOtherVersion(message: unknown): void {
  const version = v.safeParse(versioned, message);
  if (!version.success || version.output.v === PROTOCOL_VERSION) return;
  throw new StintError(
    'SCHEMA_MISMATCH',
    `This coordinator speaks version ${PROTOCOL_VERSION} of the protocol, asked was ${nameOf(version.output.v)}.`,
    {
      hint: 'Use the same version of stint on both sides; a newer stint replaces an older coordinator by itself.',
    },
  );
}

/** An object or a list may be one that cannot be turned into text. */
function nameOf(version: unknown): string {
  return typeof version === 'object' && version !== null ? 'something else' : String(version);
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}

function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(STREAMS, name);
}
