/** Rows as SQLite holds them. Times are Unix milliseconds, booleans 0 and 1, `tags` a JSON array of strings. */
export interface InvocationRow {
  readonly id: string;
  /** That of its first job. */
  readonly number: number;
  readonly created_at: number;
  readonly trigger_command: string;
  readonly hook_type: string | null;
  readonly cwd: string;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit_id: string | null;
  readonly dirty: number | null;
}

export interface JobRow {
  readonly invocation_id: string;
  /** Counts the jobs of the repository in the order of their submission. */
  readonly number: number;
  readonly name: string;
  readonly attempt: number;
  readonly status: string;
  readonly background: number;
  readonly tags: string;
  readonly group_name: string | null;
  /** For people: what runs, without secret values. What is executed stands in the job's spec. */
  readonly command: string;
  readonly cwd: string;
  readonly sample_every: number;
  /** 1: its stderr goes where its stdout goes. */
  readonly merged: number;
  readonly queued_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly closed_at: number | null;
  readonly exit_code: number | null;
  /** The signal that stint sent to end it. */
  readonly signal: string | null;
  readonly message: string | null;
  readonly pid: number | null;
  readonly size_bytes: number | null;
  /** Since when a running job is stalled, and in which phase. */
  readonly stalled_at: number | null;
  readonly stalled_phase: string | null;
  /** JSON of the summary of what a closed job reported of its progress. */
  readonly progress: string | null;
  /** For how long it ran, in milliseconds; null while it runs, when it never did, and where nobody can know. */
  readonly duration_ms: number | null;
  /** Processor time of the command and of all that was waited for, in milliseconds; null where nobody can know. */
  readonly cpu_user_ms: number | null;
  readonly cpu_system_ms: number | null;
  /** So much of its output was cut out of its journal; null where nothing was. */
  readonly cut_bytes: number | null;
  /** How long it is kept after its end, in milliseconds, where it did well and where it failed; null for good. */
  readonly retention_ms: number | null;
  readonly retention_failed_ms: number | null;
  /** Who started it; null where nobody said. */
  readonly submitted_by: string | null;
  /** Of those that wait for their turn, one with a higher number starts first. */
  readonly priority: number;
  /** 1: a server, whose end is unexpected. */
  readonly service: number;
  /** How many more attempts there are after one that failed. */
  readonly retries: number;
  /** Of one that was moved in the queue: below 0 before all others, above it behind them; 0 of any other one. */
  readonly queue_rank: number;
}

/** A job with the facts of its invocation, as listings want it. */
export interface ListedRow extends JobRow {
  readonly invocation_number: number;
  /** Where it is there: its retention does not count from before. */
  readonly kept_from: number | null;
  /** Since when it is kept for good, because somebody asked for that. */
  readonly pinned_at: number | null;
  readonly created_at: number;
  readonly trigger_command: string;
  readonly hook_type: string | null;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit_id: string | null;
  readonly dirty: number | null;
}
