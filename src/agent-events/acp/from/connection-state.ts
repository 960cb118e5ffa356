/**
 * What has to be remembered of an ACP connection to tell what a line of it means. It is never changed: each step makes a
 * new one. It is bounded: 64 sessions, 1024 requests without an answer, and in each session 256 tool calls and 256 ids of
 * messages; what is oldest is forgotten first, of tool calls the finished ones before all others. Of a tool call at most
 * 64 KiB of text are kept; of a prompt its text, until its turn is over.
 */
import {cutText} from '../../../base/index.ts';
import type {AgentEvent, ToolCallErrorCategory, ToolCallStatus, ToolKind} from '../../event.ts';
import type {JsonRecord} from '../json-shape.ts';

const MAX_SESSIONS = 64;
const MAX_REQUESTS = 1024;
const MAX_CALLS = 256;
const MAX_MESSAGES = 256;
export const MAX_TEXT = 65_536;

export type AcpDirection = 'to_agent' | 'to_client';

export interface AcpState {
  /** Undefined while `initialize` is being answered. */
  readonly protocol: AcpProtocol | undefined;
  /** The `session_id` of events that come from lines which name no session. */
  readonly connectionId: string;
  readonly requests: ReadonlyMap<string, PendingRequest>;
  readonly sessions: ReadonlyMap<string, AcpSession>;
}

/** What one line comes to. */
export interface Step {
  readonly state: AcpState;
  readonly events: readonly AgentEvent[];
  /** The line itself is to be kept too, as it is. */
  readonly isRaw?: boolean;
}

/** Major version of the protocol. */
export type AcpProtocol = 1 | 2;

export interface PendingRequest {
  readonly method: string;
  /** Undefined where the request names none. */
  readonly sessionId: string | undefined;
  /** Of a prompt: its turn. */
  readonly iteration?: number;
  /** Of a permission: the tool call, null where it is about none, and the kinds of the options by their ids. */
  readonly toolCallId?: string | null;
  readonly optionKinds?: ReadonlyMap<string, string>;
  /** Of `session/load` and `session/resume`: what is told before the answer is history. */
  readonly replays?: boolean;
  /** Of `initialize`: what was spoken before. */
  readonly spoken?: AcpProtocol | undefined;
}

export interface AcpSession {
  /** The number of the next turn. */
  readonly turns: number;
  /** The number of the turn that goes on. */
  readonly live: number | undefined;
  /** What of the prompt of that turn was not heard again from the agent; nothing when no turn goes on. */
  readonly echo: readonly EchoPart[];
  readonly cancelled: boolean;
  /** How many requests are open that make the agent tell history. */
  readonly replays: number;
  readonly calls: ReadonlyMap<string, ToolCallState>;
  /** Ids of messages that were begun (protocol 2). */
  readonly messages: ReadonlySet<string>;
}

/** The text of a block, or the JSON of one that is no text. */
export type EchoPart = {readonly text: string} | {readonly json: string};

export interface ToolCallState {
  /** Undefined while nobody named it. */
  readonly toolName: string | undefined;
  readonly kind: ToolKind | null;
  readonly status: ToolCallStatus;
  readonly firstSeenMs: number;
  /** The text of its content. */
  readonly text: string;
  readonly error: string | null;
  readonly errorCategory: ToolCallErrorCategory | undefined;
  /** What was decided last about it, if it was not allowed. */
  readonly denied: 'rejected' | 'cancelled' | undefined;
  /** What codex tells of a compaction that it shows as a tool call. */
  readonly compaction: JsonRecord | undefined;
}

export interface AcpStateOptions {
  /** What is spoken until an `initialize` is answered; 1 without it. */
  readonly protocol?: AcpProtocol;
  /** The `session_id` of events that come from lines which name no session; empty without it. */
  readonly connectionId?: string;
}

/** The state at the beginning of a connection. */
export function initialAcpState({protocol = 1, connectionId = ''}: AcpStateOptions = {}): AcpState {
  return {protocol, connectionId, requests: new Map(), sessions: new Map()};
}

const NEW_SESSION: AcpSession = {
  turns: 0,
  live: undefined,
  echo: [],
  cancelled: false,
  replays: 0,
  calls: new Map(),
  messages: new Set(),
};

export function sessionOf(state: AcpState, sessionId: string): AcpSession {
  return state.sessions.get(sessionId) ?? NEW_SESSION;
}

export function withSession(state: AcpState, sessionId: string, change: Partial<AcpSession>): AcpState {
  const sessions = new Map(state.sessions);
  sessions.delete(sessionId);
  forgetOldest(sessions, MAX_SESSIONS - 1);
  sessions.set(sessionId, {...sessionOf(state, sessionId), ...change});
  return {...state, sessions};
}

export function withRequest(state: AcpState, key: string, request: PendingRequest): AcpState {
  const requests = new Map(state.requests);
  requests.delete(key);
  forgetOldest(requests, MAX_REQUESTS - 1);
  requests.set(key, request);
  return {...state, requests};
}

export function withoutRequest(state: AcpState, key: string): AcpState {
  const requests = new Map(state.requests);
  requests.delete(key);
  return {...state, requests};
}

export function withCall(state: AcpState, sessionId: string, id: string, call: ToolCallState): AcpState {
  const calls = new Map(sessionOf(state, sessionId).calls);
  if (!calls.has(id) && calls.size >= MAX_CALLS) calls.delete(oldestCall(calls));
  calls.set(id, {...call, error: call.error && cutText(call.error, MAX_TEXT)});
  return withSession(state, sessionId, {calls});
}

export function withMessage(state: AcpState, sessionId: string, messageId: string): AcpState {
  const {messages} = sessionOf(state, sessionId);
  if (messages.has(messageId)) return state;
  const newest = [...messages].slice(1 - MAX_MESSAGES);
  return withSession(state, sessionId, {messages: new Set([...newest, messageId])});
}

export function isTerminal(status: ToolCallStatus): boolean {
  return status === 'completed' || status === 'failed';
}

function oldestCall(calls: ReadonlyMap<string, ToolCallState>): string {
  const [first = ''] = calls.keys();
  for (const [id, {status}] of calls) if (isTerminal(status)) return id;
  return first;
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
