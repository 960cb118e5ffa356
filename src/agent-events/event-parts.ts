/** What stands within fields of events. It is the runtime's own: nothing here looks into it, and a newer one may have more. */
import type {Json} from '../base/index.ts';

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

/** Work that one agent hands to another, or to a person. */
export interface HandoffArtifact {
  readonly _type: 'handoff_artifact';
  readonly id: string;
  readonly parent_run_id: string | null;
  readonly source_persona: string;
  readonly target_persona_or_human: {
    readonly kind: 'persona' | 'human';
    readonly id: string | null;
    readonly label: string | null;
  };
  readonly task: string;
  readonly reason: string;
  readonly evidence_refs: readonly {
    readonly artifact_id: string | null;
    readonly kind: string | null;
    readonly label: string | null;
    readonly path: string | null;
    readonly uri: string | null;
  }[];
  readonly files_or_entities_touched: readonly string[];
  readonly open_questions: readonly string[];
  readonly blocked_on: readonly string[];
  readonly requested_capabilities: readonly string[];
  readonly allowed_side_effects: readonly string[];
  readonly budget_remaining: null | {
    readonly tokens: number | null;
    readonly tool_calls: number | null;
    readonly dollars: number | null;
  };
  readonly deadline_checkback: null | {
    readonly deadline: string | null;
    readonly checkback_at: string | null;
  };
  /** 0 to 1. */
  readonly confidence: number | null;
  readonly receipt_links: readonly {
    readonly kind: string | null;
    readonly label: string | null;
    readonly run_id: string | null;
    readonly artifact_id: string | null;
    readonly path: string | null;
    readonly href: string | null;
  }[];
  readonly created_at: string;
  readonly metadata: {readonly [key: string]: Json};
}
