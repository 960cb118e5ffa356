/**
 * The lines of an ACP connection as agent events. Nothing is lost: what no event can tell is an `acp_raw` with the line
 * as it was. The only lines that come to nothing repeat the prompt of the turn that goes on.
 *
 * What a line means depends on those before it, so each step takes the state that the last one gave. There is no clock
 * and no reading or writing here.
 */
import {isObject, type Json} from '../../../base/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {isRecord, isText, type JsonObject, type JsonRecord} from '../json-shape.ts';
import {EVENT_METHOD} from '../to/notification.ts';
import {
  type AcpDirection,
  type AcpState,
  type PendingRequest,
  sessionOf,
  withoutRequest,
  withRequest,
  withSession,
} from './connection-state.ts';
import {restoreEvent} from './restored-event.ts';
import {rememberOwn} from './tool-calls.ts';
import {decisionStep, permissionStep, promptErrorStep, promptResultStep, promptStep} from './turns.ts';
import {updateStep} from './updates.ts';

export interface AcpLine {
  /** Whether the client wrote it (`to_agent`) or the agent (`to_client`). */
  readonly direction: AcpDirection;
  /** As it was on the wire, without its newline. An `acp_raw` event holds it: secrets have to be out of it before. */
  readonly raw: string;
}

export interface AcpStep {
  readonly state: AcpState;
  readonly events: readonly (AgentEvent | UnknownAgentEvent)[];
}

/** What a line comes to; undefined where it is to be kept as it is. `isRaw`: it is to be kept beside the events. */
type Outcome = (AcpStep & {readonly isRaw?: boolean}) | undefined;

const REPLAYING: readonly unknown[] = ['session/load', 'session/resume'];

/**
 * The events of a line, and the state for the next. `atMs` is when the line came, in milliseconds, on a clock that does
 * not go backwards: the durations of tool calls come from it. Never throws.
 */
export function fromAcp(state: AcpState, line: AcpLine, atMs: number): AcpStep {
  const message = parsed(line.raw);
  if (!isRecord(message)) return {state, events: [rawEvent(line, state.connectionId)]};
  const sessionId = sessionIdOf(state, line, message);
  const outcome = readSafely(state, line, message, atMs);
  const next = outcome?.state ?? state;
  const keepsLine = outcome === undefined || outcome.isRaw === true;
  const events = [...(outcome?.events ?? []), ...(keepsLine ? [rawEvent(line, sessionId)] : [])];
  return {state: next, events: events.map(event => markedReplay(next, line, event))};
}

function readSafely(state: AcpState, line: AcpLine, message: JsonRecord, atMs: number): Outcome {
  try {
    return read(state, line, message, atMs);
  } catch {
    return undefined; // JSON that is nested too deeply to be handled: the line is kept as it is
  }
}

function read(state: AcpState, line: AcpLine, message: JsonRecord, atMs: number): Outcome {
  const {method, id} = message;
  if (!isText(method)) return readResponse(state, line, message);
  const params = isRecord(message.params) ? message.params : {};
  if (Object.hasOwn(message, 'id'))
    return readRequest(state, line, method, keyOf(line.direction, id), params, atMs);
  return readNotification(state, line, method, params, atMs);
}

function readRequest(
  state: AcpState,
  {direction}: AcpLine,
  method: string,
  key: string,
  params: JsonRecord,
  atMs: number,
): Outcome {
  const toAgent = direction === 'to_agent';
  if (toAgent && method === 'session/prompt' && state.protocol) {
    const step = promptStep(state, key, params);
    if (step) return step;
  }
  if (!toAgent && method === 'session/request_permission' && state.protocol) {
    const step = permissionStep(state, key, params, atMs);
    if (step) return step;
  }
  return {...otherRequest(state, toAgent, method, key, params), isRaw: true};
}

/** A request that is kept as it is, but whose answer means something. */
function otherRequest(
  state: AcpState,
  toAgent: boolean,
  method: string,
  key: string,
  params: JsonRecord,
): AcpStep {
  const sessionId = isText(params.sessionId) ? params.sessionId : undefined;
  if (toAgent && method === 'initialize') {
    const asked = withRequest(state, key, {method, sessionId, spoken: state.protocol});
    return {state: {...asked, protocol: undefined}, events: []};
  }
  const replays = toAgent && REPLAYING.includes(method) && sessionId !== undefined;
  const asked = withRequest(state, key, {method, sessionId, replays});
  return {state: replays ? withReplays(asked, sessionId, 1) : asked, events: []};
}

function readNotification(
  state: AcpState,
  {direction}: AcpLine,
  method: string,
  params: JsonRecord,
  atMs: number,
): Outcome {
  const {sessionId, update} = params;
  if (state.protocol === undefined) return undefined;
  if (direction === 'to_agent') {
    if (method !== 'session/cancel' || !isText(sessionId)) return undefined;
    return {state: withSession(state, sessionId, {cancelled: true}), events: [], isRaw: true};
  }
  const own = restoreEvent(method, params);
  if (own)
    return {
      state: method === EVENT_METHOD ? state : rememberOwn(state, own as AgentEvent, atMs),
      events: [own],
    };
  if (method !== 'session/update' || !isText(sessionId) || !isRecord(update)) return undefined;
  const meta = {...(isRecord(params._meta) && params._meta), ...(isRecord(update._meta) && update._meta)};
  return updateStep(state, sessionId, Object.keys(meta).length > 0 ? {...update, _meta: meta} : update, atMs);
}

function readResponse(state: AcpState, {direction}: AcpLine, message: JsonRecord): Outcome {
  const key = keyOf(direction === 'to_agent' ? 'to_client' : 'to_agent', message.id);
  const request = state.requests.get(key);
  if (request === undefined || !(Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error')))
    return undefined;
  const answered = closed(withoutRequest(state, key), request, message);
  const {error} = message;
  if (error !== undefined && error !== null) return readError(answered, request, error);
  const result = isRecord(message.result) ? message.result : {};
  return readResult(answered, request, result) ?? {state: answered, events: [], isRaw: true};
}

function readResult(state: AcpState, request: PendingRequest, result: JsonRecord): Outcome {
  if (request.iteration !== undefined) return promptResultStep(state, request, result);
  return request.optionKinds ? decisionStep(state, request, result) : undefined;
}

/** An error ends the turn of a prompt. One that is not formed as JSON-RPC has it is kept as it is. */
function readError(state: AcpState, request: PendingRequest, error: Json): Outcome {
  const ended = promptErrorStep(state, request, error) ?? {state, events: []};
  if (!isRecord(error) || typeof error.code !== 'number' || !isText(error.message))
    return {...ended, isRaw: true};
  const {code, message, data = null} = error;
  const session_id = request.sessionId ?? state.connectionId;
  const event: AgentEvent = {
    type: 'rpc_error',
    session_id,
    code,
    message,
    data,
    _meta: {method: request.method},
  };
  return {state: ended.state, events: [event, ...ended.events]};
}

/** What an answer means by being one: history ends, and which protocol is spoken is known. */
function closed(
  state: AcpState,
  {method, sessionId, replays, spoken}: PendingRequest,
  message: JsonRecord,
): AcpState {
  if (replays && sessionId !== undefined) return withReplays(state, sessionId, -1);
  if (method !== 'initialize' || state.protocol !== undefined) return state;
  const version = isRecord(message.result) ? message.result.protocolVersion : undefined;
  if (typeof version !== 'number') return {...state, protocol: spoken ?? 1};
  return {...state, protocol: version >= 2 ? 2 : 1};
}

function withReplays(state: AcpState, sessionId: string, more: number): AcpState {
  const {replays} = sessionOf(state, sessionId);
  return withSession(state, sessionId, {replays: Math.max(0, replays + more)});
}

/** What the agent tells of a session while it loads it happened before: it says so in its `_meta`. */
function markedReplay(
  state: AcpState,
  {direction}: AcpLine,
  event: AgentEvent | UnknownAgentEvent,
): AgentEvent | UnknownAgentEvent {
  const {session_id: sessionId, _meta: meta}: JsonObject = {...event};
  if (direction === 'to_agent' || !isText(sessionId) || event.type === 'acp_raw') return event;
  if (sessionOf(state, sessionId).replays === 0) return event;
  return {...event, _meta: {...(isObject(meta) && meta), replayed: true}};
}

/** By direction, since both sides number their requests; 1 and "1" are two ids. */
function keyOf(direction: AcpDirection, id: Json | undefined): string {
  return `${direction} ${JSON.stringify(id ?? null)}`;
}

function sessionIdOf(state: AcpState, {direction}: AcpLine, message: JsonRecord): string {
  const params = isRecord(message.params) ? message.params : {};
  if (isText(params.sessionId)) return params.sessionId;
  if (isText(message.method)) return state.connectionId;
  const key = keyOf(direction === 'to_agent' ? 'to_client' : 'to_agent', message.id);
  return state.requests.get(key)?.sessionId ?? state.connectionId;
}

function rawEvent({direction, raw}: AcpLine, session_id: string): AgentEvent {
  return {type: 'acp_raw', session_id, direction, raw};
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // no JSON: the line is kept as it is
  }
}
