/**
 * What an agent did, one object per event, exactly as it stands on disk: `type` tells which variant. A key whose type
 * allows `null` is always written, an optional one is left out where it is not known. The first 20 variants are those of an
 * agent runtime whose files are read and written here as they are; the others are stint's own.
 */
import type {Json} from '../base/index.ts';
import type {HandoffArtifact} from './handoff.ts';

export type AgentEvent = RuntimeEvent | OwnEvent;

export type ToolCallStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

/** `switch_mode` is not among them: it is recorded as `other`. */
export type ToolKind =
  | 'read'
  | 'edit'
  | 'delete'
  | 'move'
  | 'search'
  | 'execute'
  | 'think'
  | 'fetch'
  | 'other';

export type ToolCallErrorCategory =
  | 'schema_validation'
  | 'tool_error'
  | 'mcp_server_error'
  | 'host_bridge_error'
  | 'permission_denied'
  | 'rejected_loop'
  | 'parse_aborted'
  | 'timeout'
  | 'network'
  | 'cancelled'
  | 'unknown';

/** Who ran a tool. */
export type ToolExecutor =
  | {readonly kind: 'harn_builtin'}
  | {readonly kind: 'host_bridge'}
  | {readonly kind: 'provider_native'}
  | {readonly kind: 'mcp_server'; readonly server_name: string};

export type WorkerEvent =
  | 'WorkerSpawned'
  | 'WorkerProgressed'
  | 'WorkerWaitingForInput'
  | 'WorkerCompleted'
  | 'WorkerFailed'
  | 'WorkerCancelled';

export interface FsWatchEvent {
  readonly kind: string;
  readonly paths: readonly string[];
  readonly relative_paths: readonly string[];
  readonly raw_kind: string;
  readonly error: string | null;
}

/** Who may change what, while a tool call was made. A reader takes every key as optional. */
export interface MutationSessionRecord {
  readonly session_id: string;
  readonly parent_session_id: string | null;
  readonly run_id: string | null;
  readonly worker_id: string | null;
  readonly execution_kind: string | null;
  readonly mutation_scope: string;
  readonly approval_policy: null | {
    readonly auto_approve: readonly string[];
    readonly auto_deny: readonly string[];
    readonly require_approval: readonly string[];
    readonly write_path_allowlist: readonly string[];
  };
}

interface Event<T extends string> {
  readonly type: T;
  readonly session_id: string;
  /** What other protocols told that has no place of its own. */
  readonly _meta?: {readonly [key: string]: Json};
}

/** The variants of the runtime. */
export type RuntimeEvent =
  | (Event<'agent_message_chunk'> & {readonly content: string})
  | (Event<'agent_thought_chunk'> & {readonly content: string})
  | (Event<'tool_call'> & {
      readonly tool_call_id: string;
      readonly tool_name: string;
      readonly kind: ToolKind | null;
      readonly status: ToolCallStatus;
      readonly raw_input: Json;
      /** True while its arguments are still being read. */
      readonly parsing?: boolean;
      readonly audit?: MutationSessionRecord;
    })
  | (Event<'tool_call_update'> & {
      readonly tool_call_id: string;
      readonly tool_name: string;
      readonly status: ToolCallStatus;
      readonly raw_output: Json | null;
      readonly error: string | null;
      /** Milliseconds since the call was announced; on the last update only, like the next. */
      readonly duration_ms?: number;
      readonly execution_duration_ms?: number;
      /** Only when it failed. */
      readonly error_category?: ToolCallErrorCategory;
      readonly executor?: ToolExecutor;
      /** False at the end of the reading of its arguments. */
      readonly parsing?: boolean;
      /** One of these two, while it is pending: the arguments as far as they are there. */
      readonly raw_input?: Json;
      readonly raw_input_partial?: string;
      readonly audit?: MutationSessionRecord;
    })
  | (Event<'plan'> & {readonly plan: Json})
  | (Event<'turn_start'> & {readonly iteration: number})
  | (Event<'turn_end'> & {readonly iteration: number; readonly turn_info: Json})
  | (Event<'feedback_injected'> & {readonly kind: string; readonly content: string})
  | (Event<'budget_exhausted'> & {readonly max_iterations: number})
  | (Event<'loop_stuck'> & {
      readonly max_nudges: number;
      readonly last_iteration: number;
      readonly tail_excerpt: string;
    })
  | (Event<'daemon_watchdog_tripped'> & {readonly attempts: number; readonly elapsed_ms: number})
  | (Event<'skill_activated'> & {
      readonly skill_name: string;
      readonly iteration: number;
      readonly reason: string;
    })
  | (Event<'skill_deactivated'> & {readonly skill_name: string; readonly iteration: number})
  | (Event<'skill_scope_tools'> & {readonly skill_name: string; readonly allowed_tools: readonly string[]})
  | (Event<'tool_search_query'> & {
      readonly tool_use_id: string;
      readonly name: string;
      readonly query: Json;
      readonly strategy: string;
      readonly mode: string;
    })
  | (Event<'tool_search_result'> & {
      readonly tool_use_id: string;
      readonly promoted: readonly string[];
      readonly strategy: string;
      readonly mode: string;
    })
  | (Event<'transcript_compacted'> & {
      readonly mode: string;
      readonly strategy: string;
      readonly archived_messages: number;
      readonly estimated_tokens_before: number;
      readonly estimated_tokens_after: number;
      readonly snapshot_asset_id: string | null;
    })
  | (Event<'handoff'> & {readonly artifact_id: string; readonly handoff: HandoffArtifact})
  | (Event<'fs_watch'> & {readonly subscription_id: string; readonly events: readonly FsWatchEvent[]})
  | (Event<'worker_update'> & {
      readonly worker_id: string;
      readonly worker_name: string;
      readonly worker_task: string;
      readonly worker_mode: string;
      readonly event: WorkerEvent;
      readonly status: string;
      readonly metadata: Json;
      readonly audit: Json | null;
    });

/** stint's own variants: what the runtime has none for. */
export type OwnEvent =
  | (Event<'user_message_chunk'> & {readonly content: string})
  | (Event<'permission_request'> & {readonly tool_call_id: string; readonly options: Json})
  | (Event<'permission_decision'> & {
      readonly tool_call_id: string | null;
      readonly outcome: 'selected' | 'cancelled';
      readonly option_id: string | null;
      readonly option_kind: string | null;
    })
  /** `update` tells how full the context is, `response` what a turn took: they are never added up. */
  | (Event<'usage'> & {readonly source: 'update' | 'response'; readonly usage: Json})
  | (Event<'session_info'> & {readonly info: Json})
  | (Event<'mode_change'> & {readonly mode_id: string})
  | (Event<'config_change'> & {readonly options: Json})
  | (Event<'commands'> & {readonly commands: Json})
  | (Event<'stop'> & {readonly reason: string})
  | (Event<'rpc_error'> & {readonly code: number; readonly message: string; readonly data: Json | null})
  /** What follows goes on from an earlier place. */
  | (Event<'rewind'> & {readonly to_index: number | null; readonly reason: string})
  /** A line of the protocol as it was. */
  | (Event<'acp_raw'> & {readonly direction: 'to_agent' | 'to_client'; readonly raw: string})
  /** So many events could not be recorded. */
  | (Event<'gap'> & {readonly dropped: number; readonly since_ms: number; readonly reason: string});

/** An event of a type that this version does not know. It is kept as it is. */
export interface UnknownAgentEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}
