/**
 * Where the fields of an event stand in an update of ACP, and how they are found there again. `place` and `standing`
 * mirror each other: what `standing` does not give back is what has to be told under `_meta`.
 */
import * as v from 'valibot';

import {isObject} from '../../../base/index.ts';
import {toolKind} from '../../event.ts';
import {fitsVariant} from '../../event-shape.ts';
import {isText, type JsonObject, without} from '../json-shape.ts';
import {contentBlock, locations, toolContents} from './legal-content.ts';
import {commands, configOptions, sessionInfo, usage} from './legal-lists.ts';
import {planEntries} from './plan-entries.ts';

export interface Placement {
  readonly sessionUpdate: string;
  /** The keys of the update; undefined when the event holds what the protocol does not allow there. */
  readonly place: (event: JsonObject) => JsonObject | undefined;
  /** The fields of the event as far as the update tells them. */
  readonly standing: (update: JsonObject) => JsonObject;
  /** What of an event's `_meta` has a place in the update: what `fromAcp` put there, because events have no field for it. */
  readonly slots?: Readonly<Record<string, MetaSlot>>;
}

export interface MetaSlot {
  readonly key: string;
  readonly fits: (value: unknown, event: JsonObject) => boolean;
}

const text = (value: unknown) => ({type: 'text', text: value});
const chunk = (type: string): Placement => ({
  sessionUpdate: type,
  place: ({content}) => ({content: text(content)}),
  standing: ({content}) => ({content: isObject(content) && content.type === 'text' ? content.text : ''}),
  slots: {
    messageId: {key: 'messageId', fits: isText},
    block: {
      key: 'content',
      fits: (block, {content}) => content === '' && v.is(contentBlock, block) && block.type !== 'text',
    },
  },
});

const CALL_SLOTS: Readonly<Record<string, MetaSlot>> = {
  title: {key: 'title', fits: isText},
  kind: {key: 'kind', fits: kind => kind === 'switch_mode'},
  content: {key: 'content', fits: value => v.is(toolContents, value)},
  locations: {key: 'locations', fits: value => v.is(locations, value)},
};

/** By the type of the event. */
const PLACEMENTS: Readonly<Record<string, Placement>> = {
  user_message_chunk: chunk('user_message_chunk'),
  agent_message_chunk: chunk('agent_message_chunk'),
  agent_thought_chunk: chunk('agent_thought_chunk'),
  tool_call: {
    sessionUpdate: 'tool_call',
    place: ({tool_call_id, tool_name, kind, status, raw_input}) => ({
      toolCallId: tool_call_id,
      title: tool_name,
      name: tool_name,
      kind: kind ?? undefined,
      status,
      rawInput: raw_input ?? undefined,
    }),
    standing: ({toolCallId, name, kind, status, rawInput}) => ({
      tool_call_id: toolCallId,
      tool_name: name,
      kind: v.is(toolKind, kind) ? kind : null,
      status,
      raw_input: rawInput,
    }),
    slots: CALL_SLOTS,
  },
  tool_call_update: {
    sessionUpdate: 'tool_call_update',
    place: ({tool_call_id, tool_name, status, raw_output, error, raw_input}) => ({
      toolCallId: tool_call_id,
      title: tool_name,
      name: tool_name,
      status,
      rawOutput: raw_output ?? undefined,
      rawInput: raw_input ?? undefined,
      content: status === 'failed' && isText(error) ? [{type: 'content', content: text(error)}] : undefined,
    }),
    standing: ({toolCallId, name, status, rawOutput, rawInput, content}) => ({
      tool_call_id: toolCallId,
      tool_name: name,
      status,
      raw_output: rawOutput ?? null,
      raw_input: rawInput,
      error: status === 'failed' ? firstText(content) : null,
    }),
    slots: CALL_SLOTS,
  },
  plan: {
    sessionUpdate: 'plan',
    place: ({plan}) => ({entries: planEntries(plan)}),
    standing: ({entries}) => ({plan: entries}),
  },
  usage: {
    sessionUpdate: 'usage_update',
    place: event => (v.is(usage, event.usage) ? inOrder(event.usage) : undefined),
    standing: update => ({source: 'update', usage: without(update, 'sessionUpdate', '_meta')}),
  },
  session_info: {
    sessionUpdate: 'session_info_update',
    place: ({info}) => (v.is(sessionInfo, info) ? info : undefined),
    standing: update => ({info: without(update, 'sessionUpdate', '_meta')}),
  },
  mode_change: {
    sessionUpdate: 'current_mode_update',
    place: ({mode_id}) => ({currentModeId: mode_id}),
    standing: ({currentModeId}) => ({mode_id: currentModeId}),
  },
  config_change: {
    sessionUpdate: 'config_option_update',
    place: ({options}) => (v.is(configOptions, options) ? {configOptions: options} : undefined),
    standing: ({configOptions}) => ({options: configOptions}),
  },
  commands: {
    sessionUpdate: 'available_commands_update',
    place: event => (v.is(commands, event.commands) ? {availableCommands: event.commands} : undefined),
    standing: ({availableCommands}) => ({commands: availableCommands}),
  },
};

const TYPES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(PLACEMENTS).map(([type, {sessionUpdate}]) => [sessionUpdate, type]),
);

/** Whether an event is as its variant has it. What a turn took is `usage` as well, but no update of ACP tells that. */
export function fitsPlacement(event: JsonObject): boolean {
  return fitsVariant(event) && !(event.type === 'usage' && event.source !== 'update');
}

/** Undefined for a variant that ACP has no update for. */
export function placementOf(type: unknown): Placement | undefined {
  return isText(type) && Object.hasOwn(PLACEMENTS, type) ? PLACEMENTS[type] : undefined;
}

/** The type of the event that is sent as such an update. */
export function typeOfUpdate(sessionUpdate: unknown): string | undefined {
  return TYPES.get(sessionUpdate);
}

/** One order for all, whatever the event's is. */
function inOrder({used, size, cost}: v.InferOutput<typeof usage>): JsonObject {
  return {used, size, cost};
}

function firstText(content: unknown): unknown {
  const [first] = Array.isArray(content) ? content : [];
  return isObject(first) && isObject(first.content) ? first.content.text : null;
}
