import type {Json} from '../base/index.ts';

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
