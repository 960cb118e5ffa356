/**
 * What an agent did, one object per event, exactly as it stands on disk: `type` tells which variant. The tables describe
 * the fields of each variant, in the order in which they are written; types follow from them, and so does what is taken from
 * outside (`event-shape.ts`). A key whose type allows `null` is always written, an optional one is left out where it is not
 * known. The first 20 variants are those of an agent runtime whose files are read and written here as they are; the others
 * are stint's own.
 */
import * as v from 'valibot';

import {isObject, type Json} from '../base/index.ts';
import type {
  FsWatchEvent,
  HandoffArtifact,
  MutationSessionRecord,
  ToolExecutor,
  WorkerEvent,
} from './event-parts.ts';

export type AgentEvent = RuntimeEvent | OwnEvent;

export const toolCallStatus = v.picklist(['pending', 'in_progress', 'completed', 'failed']);
export type ToolCallStatus = v.InferOutput<typeof toolCallStatus>;

export const toolKind = v.picklist([
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'other',
]);
/** `switch_mode` is not among them: it is recorded as `other`. */
export type ToolKind = v.InferOutput<typeof toolKind>;

export const toolCallErrorCategory = v.picklist([
  'schema_validation',
  'tool_error',
  'mcp_server_error',
  'host_bridge_error',
  'permission_denied',
  'rejected_loop',
  'parse_aborted',
  'timeout',
  'network',
  'cancelled',
  'unknown',
]);
export type ToolCallErrorCategory = v.InferOutput<typeof toolCallErrorCategory>;

const text = v.string();
const textOrNull = v.nullable(text);
const texts = v.pipe(v.array(text), v.readonly());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.finite());
/** Anything that is there, null included. */
const json = v.custom<Json>(value => value !== undefined);
/** Objects, lists and words of the runtime, which are let through as they are. */
const object = <T extends object | Json>() => v.custom<T>(isObject);
const list = <T extends readonly unknown[] | Json>() => v.custom<T>(Array.isArray);
const word = <T extends string>() => v.custom<T>(value => typeof value === 'string');
/**
 * Left out where it is not known; a program without types may say undefined as well. What goes in is `unknown`: for `Json`
 * TypeScript would not find an end to what the default could be.
 */
const known = <T>(
  shape: v.GenericSchema<T>,
): v.ExactOptionalSchema<v.GenericSchema<unknown, T>, undefined> => {
  const known: v.GenericSchema<unknown, T> = v.custom<T>(value => value === undefined || v.is(shape, value));
  return v.exactOptional(known);
};

const message = {content: text};
const call = {tool_call_id: text, tool_name: text};
const skill = {skill_name: text, iteration: count};
const toolSearch = {strategy: text, mode: text};

/** The variants of the runtime. */
export const RUNTIME_FIELDS = {
  agent_message_chunk: message,
  agent_thought_chunk: message,
  tool_call: {
    ...call,
    kind: v.nullable(toolKind),
    status: toolCallStatus,
    raw_input: json,
    /** True while its arguments are still being read. */
    parsing: known(v.boolean()),
    audit: known(object<MutationSessionRecord>()),
  },
  tool_call_update: {
    ...call,
    status: toolCallStatus,
    raw_output: json,
    error: textOrNull,
    /** Milliseconds since the call was announced; on the last update only, like the next. */
    duration_ms: known(milliseconds),
    execution_duration_ms: known(milliseconds),
    /** Only when it failed. */
    error_category: known(word<ToolCallErrorCategory>()),
    executor: known(object<ToolExecutor>()),
    /** False at the end of the reading of its arguments. */
    parsing: known(v.boolean()),
    /** One of these two, while it is pending: the arguments as far as they are there. */
    raw_input: known(json),
    raw_input_partial: known(text),
    audit: known(object<MutationSessionRecord>()),
  },
  plan: {plan: json},
  turn_start: {iteration: count},
  turn_end: {iteration: count, turn_info: json},
  feedback_injected: {kind: text, content: text},
  budget_exhausted: {max_iterations: count},
  loop_stuck: {max_nudges: count, last_iteration: count, tail_excerpt: text},
  daemon_watchdog_tripped: {attempts: count, elapsed_ms: count},
  skill_activated: {...skill, reason: text},
  skill_deactivated: skill,
  skill_scope_tools: {skill_name: text, allowed_tools: texts},
  tool_search_query: {tool_use_id: text, name: text, query: json, ...toolSearch},
  tool_search_result: {tool_use_id: text, promoted: texts, ...toolSearch},
  transcript_compacted: {
    mode: text,
    strategy: text,
    archived_messages: count,
    estimated_tokens_before: count,
    estimated_tokens_after: count,
    snapshot_asset_id: textOrNull,
  },
  handoff: {artifact_id: text, handoff: object<HandoffArtifact>()},
  fs_watch: {subscription_id: text, events: list<readonly FsWatchEvent[]>()},
  worker_update: {
    worker_id: text,
    worker_name: text,
    worker_task: text,
    worker_mode: text,
    event: word<WorkerEvent>(),
    status: text,
    metadata: json,
    audit: json,
  },
} as const satisfies Readonly<Record<string, v.ObjectEntries>>;

/** stint's own variants: what the runtime has none for. */
export const OWN_FIELDS = {
  user_message_chunk: message,
  permission_request: {tool_call_id: text, options: json},
  permission_decision: {
    tool_call_id: textOrNull,
    outcome: v.picklist(['selected', 'cancelled']),
    option_id: textOrNull,
    option_kind: textOrNull,
  },
  /** `update` tells how full the context is, `response` what a turn took: they are never added up. */
  usage: {source: v.picklist(['update', 'response']), usage: object<Json>()},
  session_info: {info: object<Json>()},
  mode_change: {mode_id: text},
  config_change: {options: list<Json>()},
  commands: {commands: list<Json>()},
  stop: {reason: text},
  rpc_error: {code: v.number(), message: text, data: json},
  /** What follows goes on from an earlier place. */
  rewind: {to_index: v.nullable(count), reason: text},
  /** A line of the protocol as it was. */
  acp_raw: {direction: v.picklist(['to_agent', 'to_client']), raw: text},
  /** So many events could not be recorded. */
  gap: {dropped: count, since_ms: v.number(), reason: text},
} as const satisfies Readonly<Record<string, v.ObjectEntries>>;

export type RuntimeEvent = EventOf<typeof RUNTIME_FIELDS>;
export type OwnEvent = EventOf<typeof OWN_FIELDS>;

/** An event of a type that this version does not know. It is kept as it is. */
export interface UnknownAgentEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Event<T> {
  readonly type: T;
  readonly session_id: string;
  /** What other protocols told that has no place of its own. */
  readonly _meta?: {readonly [key: string]: Json};
}

/** The events of a table: a union of its variants. */
type EventOf<Table extends Readonly<Record<string, v.ObjectEntries>>> = {
  [T in keyof Table]: Event<T> & Readonly<v.InferOutput<v.ObjectSchema<Table[T], undefined>>>;
}[keyof Table];
