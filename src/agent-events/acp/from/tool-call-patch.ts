/** What a tool call of ACP says, read leniently: a field that is not as it should be does not spoil the others. */
import * as v from 'valibot';

import type {Json} from '../../../base/index.ts';
import {
  type AgentEvent,
  type ToolCallStatus,
  type ToolKind,
  toolCallErrorCategory,
  toolCallStatus,
  toolKind,
} from '../../event.ts';
import type {MutationSessionRecord, ToolExecutor} from '../../event-parts.ts';
import {isNumber, isRecord, isText, type JsonRecord, listOf, recordWithout} from '../json-shape.ts';
import type {AcpProtocol} from './connection-state.ts';

/** What is undefined stays as it was. */
export interface ToolCallPatch {
  readonly toolName: string | undefined;
  readonly title: string | undefined;
  readonly kind: ToolKind | null | undefined;
  readonly status: ToolCallStatus | undefined;
  readonly rawInput: Json | undefined;
  readonly rawOutput: Json | undefined;
  /** The text of its content, which replaces what was there. */
  readonly text: string | undefined;
  /** The call was cancelled (a status of protocol 2). */
  readonly cancelled: boolean;
  readonly compaction: JsonRecord | undefined;
  /** The fields of the event that an agent runtime sends beside the protocol. */
  readonly own: OwnFields;
  /** For `_meta`: what the wire had there, and what no field of an event tells. */
  readonly meta: JsonRecord;
}

type Update = Extract<AgentEvent, {type: 'tool_call_update'}>;
type OwnFields = Partial<
  Pick<
    Update,
    | 'error'
    | 'error_category'
    | 'duration_ms'
    | 'execution_duration_ms'
    | 'executor'
    | 'parsing'
    | 'raw_input_partial'
    | 'audit'
  >
>;

const PLACED = ['sessionUpdate', 'toolCallId', 'title', 'name', 'kind', 'status', 'content', 'locations'];
const OWN = ['error', 'errorCategory', 'durationMs', 'executionDurationMs', 'executor', 'parsing', 'audit'];
const KNOWN = [...PLACED, ...OWN, 'rawInput', 'rawOutput', 'rawInputPartial', '_meta'];

/** Statuses of protocol 2 as the events have them. */
const STATUSES: ReadonlyMap<Json | undefined, ToolCallStatus> = new Map([
  ['cancelled', 'failed'],
  ['paused', 'in_progress'],
]);

/** In protocol 1 null means unchanged, in protocol 2 it takes away what was there. */
export function readToolCall(update: JsonRecord, protocol: AcpProtocol): ToolCallPatch {
  const {title, rawInput, rawOutput, content} = update;
  const meta = isRecord(update._meta) ? update._meta : {};
  const clears = (value: Json | undefined) => protocol === 2 && value === null;
  return {
    toolName: toolNameOf(update, meta),
    title: isText(title) ? title : undefined,
    kind: clears(update.kind) ? null : kindOf(update.kind),
    status: v.is(toolCallStatus, update.status) ? update.status : STATUSES.get(update.status),
    rawInput: clears(rawInput) ? {} : (rawInput ?? undefined),
    rawOutput: rawOutput ?? undefined,
    text: Array.isArray(content) || clears(content) ? textOf(content) : undefined,
    cancelled: update.status === 'cancelled',
    compaction: isRecord(meta.contextCompaction) ? meta.contextCompaction : undefined,
    own: ownFields(update),
    meta: {...meta, ...besides(update)},
  };
}

/** The text of a call's content, its parts joined by newlines. What is no text has none. */
export function textOf(content: Json | undefined): string {
  return listOf(content)
    .map(each => (isRecord(each) && isRecord(each.content) ? each.content.text : undefined))
    .filter(isText)
    .join('\n');
}

function toolNameOf({name}: JsonRecord, meta: JsonRecord): string | undefined {
  if (isText(name)) return name;
  const claude = isRecord(meta.claudeCode) ? meta.claudeCode.toolName : undefined;
  return isText(claude) ? claude : undefined;
}

function kindOf(kind: Json | undefined): ToolKind | undefined {
  if (kind === 'switch_mode') return 'other';
  return v.is(toolKind, kind) ? kind : undefined;
}

/** What no field tells: title, content, places, a kind or status that events have no word for, keys of nobody. */
function besides(update: JsonRecord): JsonRecord {
  const {title, content, locations, kind, status} = update;
  const extra = recordWithout(update, KNOWN);
  return {
    ...(isText(title) && title !== update.name && {title}),
    ...(content !== undefined && content !== null && {content}),
    ...(locations !== undefined && locations !== null && {locations}),
    ...(kind !== undefined && kind !== null && !v.is(toolKind, kind) && {kind}),
    ...(status !== undefined && status !== null && !v.is(toolCallStatus, status) && {status}),
    ...(Object.keys(extra).length > 0 && {extra}),
  };
}

function ownFields(update: JsonRecord): OwnFields {
  const {error, errorCategory, durationMs, executionDurationMs, parsing, rawInputPartial, audit} = update;
  const executor = executorOf(update.executor);
  return {
    ...(isText(error) && {error}),
    ...(v.is(toolCallErrorCategory, errorCategory) && {error_category: errorCategory}),
    ...(isNumber(durationMs) && {duration_ms: durationMs}),
    ...(isNumber(executionDurationMs) && {execution_duration_ms: executionDurationMs}),
    ...(executor && {executor}),
    ...(typeof parsing === 'boolean' && {parsing}),
    ...(isText(rawInputPartial) && {raw_input_partial: rawInputPartial}),
    ...(isRecord(audit) && {audit: audit as unknown as MutationSessionRecord}),
  };
}

function executorOf(executor: Json | undefined): ToolExecutor | undefined {
  if (executor === 'harn_builtin' || executor === 'host_bridge' || executor === 'provider_native')
    return {kind: executor};
  if (!isRecord(executor) || executor.kind !== 'mcp_server' || !isText(executor.serverName)) return undefined;
  return {kind: 'mcp_server', server_name: executor.serverName};
}
