/**
 * The fields of the events that have a place in ACP, or had one in the protocol of an agent runtime: which must be there,
 * of what kind, in the order in which they are written.
 */
import {
  isBoolean,
  isCount,
  isNumber,
  isObject,
  isPresent,
  isText,
  isTexts,
  type JsonObject,
  oneOf,
  orNull,
} from './json-shape.ts';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

interface Variant {
  readonly required: Fields;
  readonly optional?: Fields;
}

export const isToolKind = oneOf(
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'other',
);
export const isToolStatus = oneOf('pending', 'in_progress', 'completed', 'failed');

const CONTENT: Variant = {required: {content: isText}};
const CALL = {tool_call_id: isText, tool_name: isText};

const VARIANTS: Readonly<Record<string, Variant>> = {
  user_message_chunk: CONTENT,
  agent_message_chunk: CONTENT,
  agent_thought_chunk: CONTENT,
  tool_call: {
    required: {...CALL, kind: orNull(isToolKind), status: isToolStatus, raw_input: isPresent},
    optional: {parsing: isBoolean, audit: isObject},
  },
  tool_call_update: {
    required: {...CALL, status: isToolStatus, raw_output: isPresent, error: orNull(isText)},
    optional: {
      duration_ms: isNumber,
      execution_duration_ms: isNumber,
      error_category: isText,
      executor: isObject,
      parsing: isBoolean,
      raw_input: isPresent,
      raw_input_partial: isText,
      audit: isObject,
    },
  },
  plan: {required: {plan: isPresent}},
  usage: {required: {source: oneOf('update'), usage: isObject}},
  session_info: {required: {info: isObject}},
  mode_change: {required: {mode_id: isText}},
  config_change: {required: {options: Array.isArray}},
  commands: {required: {commands: Array.isArray}},
  skill_activated: {required: {skill_name: isText, iteration: isCount, reason: isText}},
  skill_deactivated: {required: {skill_name: isText, iteration: isCount}},
  skill_scope_tools: {required: {skill_name: isText, allowed_tools: isTexts}},
  tool_search_query: {
    required: {tool_use_id: isText, name: isText, query: isPresent, strategy: isText, mode: isText},
  },
  tool_search_result: {required: {tool_use_id: isText, promoted: isTexts, strategy: isText, mode: isText}},
  transcript_compacted: {
    required: {
      mode: isText,
      strategy: isText,
      archived_messages: isCount,
      estimated_tokens_before: isCount,
      estimated_tokens_after: isCount,
      snapshot_asset_id: orNull(isText),
    },
  },
  handoff: {required: {artifact_id: isText, handoff: isObject}},
  fs_watch: {required: {subscription_id: isText, events: Array.isArray}},
  worker_update: {
    required: {
      worker_id: isText,
      worker_name: isText,
      worker_task: isText,
      worker_mode: isText,
      event: isText,
      status: isText,
      metadata: isPresent,
      audit: isPresent,
    },
  },
};

/** Whether an event has every field of its variant, and each as it should be. False for a variant that has no row here. */
export function fitsVariant(event: JsonObject): boolean {
  const variant = variantOf(event.type);
  if (variant === undefined) return false;
  const {required, optional = {}} = variant;
  return (
    Object.entries(required).every(([key, check]) => check(event[key])) &&
    Object.entries(optional).every(([key, check]) => event[key] === undefined || check(event[key]))
  );
}

/** The names of the fields in the order of the format; none for a variant that has no row here. */
export function fieldNames(type: unknown): readonly string[] {
  const variant = variantOf(type);
  return variant ? [...Object.keys(variant.required), ...Object.keys(variant.optional ?? {})] : [];
}

/** The event with its keys in the order of the format, unknown ones behind, without those that hold nothing. */
export function inFormatOrder(event: JsonObject): JsonObject {
  const first = ['type', 'session_id', ...fieldNames(event.type)];
  const known = first.filter(key => event[key] !== undefined).map(key => [key, event[key]] as const);
  const rest = Object.entries(event).filter(([key, value]) => value !== undefined && !first.includes(key));
  return Object.fromEntries([...known, ...rest]);
}

function variantOf(type: unknown): Variant | undefined {
  return isText(type) && Object.hasOwn(VARIANTS, type) ? VARIANTS[type] : undefined;
}
