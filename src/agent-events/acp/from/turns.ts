/** Where turns begin and end: prompts, their answers, and what is asked of the user meanwhile. */
import type {Json} from '../../../base/index.ts';
import type {AgentEvent} from '../../event.ts';
import {isRecord, isText, type JsonRecord, listOf, recordWithout} from '../json-shape.ts';
import {
  type AcpState,
  type PendingRequest,
  type Step,
  sessionOf,
  withCall,
  withRequest,
  withSession,
} from './connection-state.ts';
import {chunkEvent, echoOf, metaOf} from './message-blocks.ts';
import {embeddedCallStep} from './tool-calls.ts';

/** `session/prompt`. Undefined where it is none that the protocol allows. */
export function promptStep(state: AcpState, key: string, params: JsonRecord): Step | undefined {
  const {sessionId: session_id, prompt} = params;
  if (!isText(session_id) || !Array.isArray(prompt)) return undefined;
  const blocks = listOf(prompt);
  const {turns: iteration} = sessionOf(state, session_id);
  const asked = withRequest(state, key, {method: 'session/prompt', sessionId: session_id, iteration});
  return {
    state: withSession(asked, session_id, {
      turns: iteration + 1,
      live: iteration,
      cancelled: false,
      echo: echoOf(blocks),
    }),
    events: [
      {type: 'turn_start', session_id, iteration, ...metaOf(isRecord(params._meta) ? params._meta : {})},
      ...blocks.map(block => chunkEvent('user_message_chunk', session_id, block, {})),
    ],
  };
}

/** The answer to a prompt. In protocol 2 it only says that the prompt arrived. */
export function promptResultStep(
  state: AcpState,
  {sessionId, iteration}: PendingRequest,
  result: JsonRecord,
): Step | undefined {
  if (sessionId === undefined || iteration === undefined || state.protocol === 2) return undefined;
  const extra = recordWithout(result, ['stopReason', 'usage', '_meta']);
  const meta = {...(isRecord(result._meta) && result._meta), ...(Object.keys(extra).length > 0 && {extra})};
  return turnEnd(state, sessionId, iteration, result, meta);
}

/** `state_update` of protocol 2: idle ends the turn. Undefined for any other state, and when no turn goes on. */
export function idleStep(
  state: AcpState,
  sessionId: string,
  update: JsonRecord,
  meta: JsonRecord,
): Step | undefined {
  const {live} = sessionOf(state, sessionId);
  if (update.state !== 'idle' || live === undefined) return undefined;
  const extra = recordWithout(update, ['sessionUpdate', 'state', 'stopReason', 'usage', 'error', '_meta']);
  return turnEnd(state, sessionId, live, update, {...meta, ...(Object.keys(extra).length > 0 && {extra})});
}

/** The turn that ends when its prompt fails. The error itself is told by `rpc_error`. */
export function promptErrorStep(
  state: AcpState,
  {sessionId, iteration}: PendingRequest,
  error: Json,
): Step | undefined {
  if (sessionId === undefined || iteration === undefined) return undefined;
  const event: AgentEvent = {type: 'turn_end', session_id: sessionId, iteration, turn_info: {error}};
  return {state: over(state, sessionId, iteration), events: [event]};
}

/** `session/request_permission`. Undefined where it is none that the protocol allows. */
export function permissionStep(
  state: AcpState,
  key: string,
  params: JsonRecord,
  atMs: number,
): Step | undefined {
  const {sessionId: session_id, options} = params;
  const subject = isRecord(params.subject) ? params.subject : {};
  const [toolCall] = [params.toolCall, subject.toolCall].filter(each => isRecord(each));
  const [id] = [isRecord(toolCall) ? toolCall.toolCallId : undefined, subject.toolCallId].filter(isText);
  if (!isText(session_id) || !Array.isArray(options)) return undefined;
  if (id === undefined && state.protocol !== 2) return undefined;
  const embedded = isRecord(toolCall) && isText(toolCall.toolCallId) ? toolCall : undefined;
  const known = embedded ? embeddedCallStep(state, session_id, embedded, atMs) : {state, events: []};
  const request: PendingRequest = {
    method: 'session/request_permission',
    sessionId: session_id,
    toolCallId: id ?? null,
    optionKinds: kindsOf(options),
  };
  const told = embedded ? recordWithout(embedded, ['toolCallId']) : {};
  const meta: JsonRecord = {
    ...(isRecord(params._meta) && params._meta),
    ...(Object.keys(told).length > 0 && {tool_call: told}),
    ...(isRecord(params.subject) && !embedded && {subject: params.subject}),
    ...(isText(params.title) && {title: params.title}),
  };
  const event: AgentEvent = {
    type: 'permission_request',
    session_id,
    tool_call_id: id ?? '',
    options: listOf(options),
    ...metaOf(meta),
  };
  return {state: withRequest(known.state, key, request), events: [...known.events, event]};
}

/** The answer to it. Undefined for an outcome that is not known. */
export function decisionStep(state: AcpState, request: PendingRequest, result: JsonRecord): Step | undefined {
  const {sessionId: session_id, toolCallId: tool_call_id = null, optionKinds} = request;
  const {outcome: told} = result;
  if (session_id === undefined || !isRecord(told)) return undefined;
  const {outcome, optionId} = told;
  if (outcome !== 'cancelled' && (outcome !== 'selected' || !isText(optionId))) return undefined;
  const option_id = isText(optionId) ? optionId : null;
  const option_kind = (option_id === null ? undefined : optionKinds?.get(option_id)) ?? null;
  const denied =
    outcome === 'cancelled' ? outcome : option_kind?.startsWith('reject') ? 'rejected' : undefined;
  const call = tool_call_id === null ? undefined : sessionOf(state, session_id).calls.get(tool_call_id);
  const decided =
    call && tool_call_id !== null ? withCall(state, session_id, tool_call_id, {...call, denied}) : state;
  const meta = isRecord(result._meta) ? result._meta : {};
  return {
    state: decided,
    events: [
      {
        type: 'permission_decision',
        session_id,
        tool_call_id,
        outcome,
        option_id,
        option_kind,
        ...metaOf(meta),
      },
    ],
  };
}

function turnEnd(
  state: AcpState,
  session_id: string,
  iteration: number,
  {stopReason: stop_reason = null, usage, error}: JsonRecord,
  meta: JsonRecord,
): Step {
  const turn_info = {
    stop_reason,
    ...(isRecord(usage) && {usage}),
    ...(error !== undefined && error !== null && {error}),
  };
  const events: AgentEvent[] = [{type: 'turn_end', session_id, iteration, turn_info, ...metaOf(meta)}];
  if (isRecord(usage)) events.unshift({type: 'usage', session_id, source: 'response', usage});
  if (stop_reason === 'max_turn_requests')
    events.push({type: 'budget_exhausted', session_id, max_iterations: iteration});
  return {state: over(state, session_id, iteration), events};
}

/** A turn that ended while the next one had begun already does not end that. */
function over(state: AcpState, sessionId: string, iteration: number): AcpState {
  if (sessionOf(state, sessionId).live !== iteration) return state;
  return withSession(state, sessionId, {live: undefined, echo: []});
}

function kindsOf(options: readonly Json[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const option of options)
    if (isRecord(option) && isText(option.optionId) && isText(option.kind))
      kinds.set(option.optionId, option.kind);
  return kinds;
}
