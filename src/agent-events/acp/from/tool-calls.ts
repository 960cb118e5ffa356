/** Tool calls of ACP as events: what is known of each call is merged, so that every update tells the whole. */
import type {Json} from '../../../base/index.ts';
import type {AgentEvent, ToolCallErrorCategory} from '../../event.ts';
import {isText, type JsonRecord} from '../json-shape.ts';
import {compactedEvent} from './compaction.ts';
import {
  type AcpSession,
  type AcpState,
  isTerminal,
  MAX_TEXT,
  type Step,
  sessionOf,
  type ToolCallState,
  withCall,
} from './connection-state.ts';
import {metaOf} from './message-blocks.ts';
import {readToolCall, type ToolCallPatch, textOf} from './tool-call-patch.ts';

const UNNAMED = 'unknown';

interface Call {
  readonly sessionId: string;
  readonly id: string;
  readonly atMs: number;
}

/** A `tool_call` or `tool_call_update`. Undefined where it has no id, and while it only tells of a compaction to come. */
export function toolCallStep(
  state: AcpState,
  sessionId: string,
  update: JsonRecord,
  atMs: number,
): Step | undefined {
  const {toolCallId: id} = update;
  if (!isText(id)) return undefined;
  const patch = readToolCall(update, state.protocol ?? 1);
  const call: Call = {sessionId, id, atMs};
  const before = sessionOf(state, sessionId).calls.get(id);
  if (patch.compaction ?? before?.compaction) return compactionStep(state, call, patch, before);
  if (before) return updated(state, call, patch, before);
  const isAnnounced = update.sessionUpdate === 'tool_call' || state.protocol === 2;
  return isAnnounced ? announced(state, call, patch) : synthesised(state, call, patch);
}

/** A `tool_call_content_chunk`: more of a call's content. */
export function contentChunkStep(
  state: AcpState,
  sessionId: string,
  {toolCallId: id, content = null, _meta}: JsonRecord,
  atMs: number,
): Step | undefined {
  if (!isText(id)) return undefined;
  const patch = readToolCall({...(_meta !== undefined && {_meta})}, 2);
  const chunk = {...patch, meta: {...patch.meta, content_chunk: content}};
  const before = sessionOf(state, sessionId).calls.get(id);
  const text = [before?.text, textOf([content])].filter(Boolean).join('\n');
  const call: Call = {sessionId, id, atMs};
  if (before) return updated(state, call, {...chunk, text}, before);
  return synthesised(state, call, {...chunk, text});
}

/** The call that a permission is asked for: known calls are merged without an event, unknown ones come to be known. */
export function embeddedCallStep(
  state: AcpState,
  sessionId: string,
  toolCall: JsonRecord,
  atMs: number,
): Step {
  const id = isText(toolCall.toolCallId) ? toolCall.toolCallId : '';
  const patch = readToolCall(toolCall, state.protocol ?? 1);
  const before = sessionOf(state, sessionId).calls.get(id);
  const after = merged(patch, before, sessionOf(state, sessionId), atMs);
  const events = before
    ? []
    : [callEvent({sessionId, id, atMs}, patch, after, {synthetic: true, ...patch.meta})];
  return {state: withCall(state, sessionId, id, after), events};
}

/** Remembers a call that stint itself told of, so that what others tell of it later is merged. */
export function rememberOwn(state: AcpState, event: AgentEvent, atMs: number): AcpState {
  if (event.type !== 'tool_call' && event.type !== 'tool_call_update') return state;
  const {session_id, tool_call_id, tool_name, status} = event;
  const before = sessionOf(state, session_id).calls.get(tool_call_id) ?? newCall(atMs);
  const kind = event.type === 'tool_call' ? event.kind : before.kind;
  const told =
    event.type === 'tool_call_update' ? {error: event.error, errorCategory: event.error_category} : {};
  return withCall(state, session_id, tool_call_id, {...before, ...told, toolName: tool_name, kind, status});
}

function announced(state: AcpState, call: Call, patch: ToolCallPatch): Step {
  const after = merged(patch, undefined, sessionOf(state, call.sessionId), call.atMs);
  const events: AgentEvent[] = [callEvent(call, patch, after, patch.meta)];
  if (isTerminal(after.status) || patch.rawOutput !== undefined)
    events.push(updateEvent(call, {...patch, rawInput: undefined, meta: {}}, after));
  return {state: withCall(state, call.sessionId, call.id, after), events};
}

function synthesised(state: AcpState, call: Call, patch: ToolCallPatch): Step {
  const after = merged(patch, undefined, sessionOf(state, call.sessionId), call.atMs);
  const first = callEvent(call, patch, {...after, status: 'pending'}, {synthetic: true});
  const events = [first, updateEvent(call, {...patch, rawInput: undefined}, after)];
  return {state: withCall(state, call.sessionId, call.id, after), events};
}

function updated(state: AcpState, call: Call, patch: ToolCallPatch, before: ToolCallState): Step {
  const session = sessionOf(state, call.sessionId);
  const after = merged(patch, before, session, call.atMs);
  const isOver = isTerminal(after.status) && !isTerminal(before.status);
  const timed = isOver && session.replays === 0 ? Math.max(0, call.atMs - before.firstSeenMs) : undefined;
  const reopens = patch.status !== undefined && patch.status !== after.status;
  const meta = {...(reopens && {status: patch.status}), ...patch.meta};
  const event = updateEvent(call, {...patch, meta}, after, timed);
  return {state: withCall(state, call.sessionId, call.id, after), events: [event]};
}

function compactionStep(
  state: AcpState,
  call: Call,
  patch: ToolCallPatch,
  before: ToolCallState | undefined,
): Step | undefined {
  const {compaction, ...after} = merged(patch, before, sessionOf(state, call.sessionId), call.atMs);
  const told = {...before?.compaction, ...patch.compaction};
  const isDone = after.status === 'completed' && before?.status !== 'completed';
  const next = withCall(state, call.sessionId, call.id, {...after, compaction: told});
  const meta = {...patch.meta, tool_call_id: call.id};
  if (!isDone) return {state: next, events: [], isRaw: true};
  return {state: next, events: [compactedEvent(call.sessionId, told, meta)]};
}

function newCall(atMs: number): ToolCallState {
  return {
    toolName: undefined,
    kind: null,
    status: 'pending',
    firstSeenMs: atMs,
    text: '',
    error: null,
    errorCategory: undefined,
    denied: undefined,
    compaction: undefined,
  };
}

/** A call that is over stays so, whatever comes late. */
function merged(
  patch: ToolCallPatch,
  before: ToolCallState | undefined,
  session: AcpSession,
  atMs: number,
): ToolCallState {
  const old = before ?? newCall(atMs);
  const wanted = patch.status ?? old.status;
  const status = isTerminal(old.status) && !isTerminal(wanted) ? old.status : wanted;
  const text = patch.text ?? old.text;
  const failsNow = status === 'failed' && (old.status !== 'failed' || patch.text !== undefined);
  const failure = failsNow
    ? {error: patch.own.error ?? errorOf(patch, text), errorCategory: categoryOf(patch, old, session)}
    : status === 'failed'
      ? {}
      : {error: null, errorCategory: undefined};
  return {
    ...old,
    ...failure,
    toolName: patch.toolName ?? old.toolName ?? patch.title,
    kind: patch.kind === undefined ? old.kind : patch.kind,
    status,
    text: isTerminal(status) ? '' : text.slice(-MAX_TEXT),
  };
}

function errorOf({rawOutput}: ToolCallPatch, text: string): string | null {
  if (text !== '') return text;
  if (rawOutput === undefined) return null;
  return isText(rawOutput) ? rawOutput : JSON.stringify(rawOutput);
}

function categoryOf(
  patch: ToolCallPatch,
  {denied}: ToolCallState,
  {cancelled}: AcpSession,
): ToolCallErrorCategory {
  if (patch.own.error_category) return patch.own.error_category;
  if (denied === 'rejected') return 'permission_denied';
  return cancelled || patch.cancelled || denied === 'cancelled' ? 'cancelled' : 'unknown';
}

function callEvent(
  {sessionId, id}: Call,
  {rawInput = {}, own}: ToolCallPatch,
  {toolName = UNNAMED, kind, status}: ToolCallState,
  meta: JsonRecord,
): AgentEvent {
  return {
    type: 'tool_call',
    session_id: sessionId,
    tool_call_id: id,
    tool_name: toolName,
    kind,
    status,
    raw_input: rawInput,
    ...(own.parsing !== undefined && {parsing: own.parsing}),
    ...(own.audit && {audit: own.audit}),
    ...metaOf(meta.title === toolName ? withoutTitle(meta) : meta),
  };
}

function updateEvent(
  {sessionId, id}: Call,
  {rawInput, rawOutput = null, own, meta}: ToolCallPatch,
  {toolName = UNNAMED, status, error, errorCategory}: ToolCallState,
  durationMs?: number,
): AgentEvent {
  const input: {raw_input?: Json} = rawInput === undefined ? {} : {raw_input: rawInput};
  return {
    type: 'tool_call_update',
    session_id: sessionId,
    tool_call_id: id,
    tool_name: toolName,
    status,
    raw_output: rawOutput,
    error,
    ...(durationMs !== undefined && {duration_ms: durationMs}),
    ...(errorCategory && {error_category: errorCategory}),
    ...input,
    ...own,
    ...metaOf(meta.title === toolName ? withoutTitle(meta) : meta),
  };
}

function withoutTitle({title: _, ...meta}: JsonRecord): JsonRecord {
  return meta;
}
