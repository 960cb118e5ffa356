/** A `session/update` as events, by its kind. */
import {isCount, type Json} from '../../../base/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {isRecord, isText, type JsonRecord, listOf, recordWithout} from '../json-shape.ts';
import {compactedEvent} from './compaction.ts';
import {type AcpState, type Step, sessionOf, withMessage, withSession} from './connection-state.ts';
import {chunkEvent, type MessageType, metaOf, withoutEcho} from './message-blocks.ts';
import {runtimeEvent} from './runtime-event.ts';
import {contentChunkStep, toolCallStep} from './tool-calls.ts';
import {idleStep} from './turns.ts';

interface Update {
  readonly state: AcpState;
  readonly sessionId: string;
  readonly update: JsonRecord;
  readonly meta: JsonRecord;
  readonly atMs: number;
}

/** Undefined for an update that says nothing that an event could tell. */
type Reading = (update: Update) => Step | undefined;

/** A kind that comes to one event, or to none when it is not as the protocol has it. */
const single =
  (event: (update: Update) => AgentEvent | undefined): Reading =>
  update => {
    const made = event(update);
    return made && {state: update.state, events: [made]};
  };

const READINGS: Readonly<Record<string, Reading>> = {
  user_message_chunk: update => chunkStep('user_message_chunk', update),
  agent_message_chunk: update => chunkStep('agent_message_chunk', update),
  agent_thought_chunk: update => chunkStep('agent_thought_chunk', update),
  user_message: update => messageStep('user_message_chunk', update),
  agent_message: update => messageStep('agent_message_chunk', update),
  agent_thought: update => messageStep('agent_thought_chunk', update),
  tool_call: toolCall,
  tool_call_update: toolCall,
  tool_call_content_chunk: ({state, sessionId, update, atMs}) =>
    contentChunkStep(state, sessionId, update, atMs),
  state_update: ({state, sessionId, update, meta}) => idleStep(state, sessionId, update, meta),
  plan: single(({sessionId: session_id, update: {entries, harnPlan}, meta}) => {
    if (!Array.isArray(entries) && !isRecord(harnPlan)) return undefined;
    return {type: 'plan', session_id, plan: isRecord(harnPlan) ? harnPlan : listOf(entries), ...metaOf(meta)};
  }),
  plan_update: single(({sessionId: session_id, update: {plan}, meta}) => {
    if (!isRecord(plan)) return undefined;
    const isList = plan.type === 'items' && Array.isArray(plan.entries);
    const about = {...meta, ...(plan.planId !== undefined && {planId: plan.planId})};
    return {type: 'plan', session_id, plan: isList ? listOf(plan.entries) : plan, ...metaOf(about)};
  }),
  plan_removed: single(({sessionId: session_id, update: {planId}, meta}) => {
    if (!isText(planId)) return undefined;
    return {type: 'plan', session_id, plan: [], ...metaOf({...meta, planId, removed: true})};
  }),
  usage_update: single(({sessionId: session_id, update, meta}) => {
    if (!isCount(update.used) || !isCount(update.size)) return undefined;
    return {type: 'usage', session_id, source: 'update', usage: bodyOf(update), ...metaOf(meta)};
  }),
  session_info_update: single(({sessionId: session_id, update, meta}) => ({
    type: 'session_info',
    session_id,
    info: bodyOf(update),
    ...metaOf(meta),
  })),
  current_mode_update: single(({sessionId: session_id, update: {currentModeId}, meta}) =>
    isText(currentModeId)
      ? {type: 'mode_change', session_id, mode_id: currentModeId, ...metaOf(meta)}
      : undefined,
  ),
  config_option_update: single(({sessionId: session_id, update: {configOptions}, meta}) =>
    Array.isArray(configOptions)
      ? {type: 'config_change', session_id, options: listOf(configOptions), ...metaOf(meta)}
      : undefined,
  ),
  available_commands_update: single(({sessionId: session_id, update: {availableCommands}, meta}) =>
    Array.isArray(availableCommands)
      ? {type: 'commands', session_id, commands: listOf(availableCommands), ...metaOf(meta)}
      : undefined,
  ),
  compaction_update: single(({sessionId, update, meta}) => {
    if (update.status !== 'completed') return undefined;
    const {contextCompaction} = meta;
    const told = isRecord(contextCompaction) ? contextCompaction : {};
    return compactedEvent(sessionId, told, {...meta, ...recordWithout(bodyOf(update), ['status'])});
  }),
};

/** Undefined for an update that no event can tell. */
export function updateStep(
  state: AcpState,
  sessionId: string,
  update: JsonRecord,
  atMs: number,
):
  | {
      readonly state: AcpState;
      readonly events: readonly (AgentEvent | UnknownAgentEvent)[];
      readonly isRaw?: boolean;
    }
  | undefined {
  const {sessionUpdate: kind} = update;
  const meta = isRecord(update._meta) ? update._meta : {};
  const own = runtimeEvent(sessionId, update, meta);
  if (own) return {state, events: [own]};
  const reading = isText(kind) && Object.hasOwn(READINGS, kind) ? READINGS[kind] : undefined;
  return reading?.({state, sessionId, update, meta, atMs});
}

function toolCall({state, sessionId, update, atMs}: Update): Step | undefined {
  return toolCallStep(state, sessionId, update, atMs);
}

function chunkStep(type: MessageType, {state, sessionId, update, meta}: Update): Step | undefined {
  const {content, messageId} = update;
  if (!isRecord(content)) return undefined;
  const extra = recordWithout(bodyOf(update), ['content', 'messageId']);
  const about: JsonRecord = {
    ...meta,
    ...(isText(messageId) && {messageId}),
    ...(Object.keys(extra).length > 0 && {extra}),
  };
  const known = state.protocol === 2 && isText(messageId) ? withMessage(state, sessionId, messageId) : state;
  return blocksStep(known, type, sessionId, [content], about);
}

/** A whole message (protocol 2). One that replaces what was told before is no event: it would be there twice. */
function messageStep(type: MessageType, {state, sessionId, update, meta}: Update): Step | undefined {
  const {messageId} = update;
  const blocks = listOf(update.content);
  if (!isText(messageId) || blocks.length === 0) return undefined;
  if (sessionOf(state, sessionId).messages.has(messageId)) return undefined;
  return blocksStep(withMessage(state, sessionId, messageId), type, sessionId, blocks, {...meta, messageId});
}

/** The events of blocks, without those that only repeat the prompt of the turn that goes on. */
function blocksStep(
  state: AcpState,
  type: MessageType,
  sessionId: string,
  blocks: readonly Json[],
  meta: JsonRecord,
): Step {
  const session = sessionOf(state, sessionId);
  const events: AgentEvent[] = [];
  let echo = type === 'user_message_chunk' ? session.echo : [];
  const before = echo;
  for (const block of blocks) {
    const rest = withoutEcho(echo, block);
    if (rest) echo = rest;
    else events.push(chunkEvent(type, sessionId, block, meta));
  }
  return {state: echo === before ? state : withSession(state, sessionId, {echo}), events};
}

function bodyOf(update: JsonRecord): JsonRecord {
  return recordWithout(update, ['sessionUpdate', '_meta']);
}
