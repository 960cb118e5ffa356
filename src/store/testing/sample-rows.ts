/** Rows with every column filled, for tests. */
import type {InvocationRow, JobRow} from '../jobs/rows.ts';

export function invocationRowOf(changes: Partial<InvocationRow> = {}): InvocationRow {
  return {
    id: '3fa9c1d2e4b5',
    number: 1,
    created_at: 1767225600000,
    trigger_command: 'stint run -- npm test',
    hook_type: null,
    cwd: '/work/app',
    worktree: '/work/app',
    branch: 'main',
    commit_id: '0123456789abcdef0123456789abcdef01234567',
    dirty: 0,
    ...changes,
  };
}

export function jobRowOf(changes: Partial<JobRow> = {}): JobRow {
  return {
    invocation_id: '3fa9c1d2e4b5',
    number: 1,
    name: 'npm',
    attempt: 1,
    status: 'queued',
    background: 1,
    tags: '["build"]',
    group_name: null,
    command: 'npm test',
    cwd: '/work/app',
    sample_every: 1,
    merged: 0,
    queued_at: 1767225600000,
    started_at: null,
    finished_at: null,
    closed_at: null,
    exit_code: null,
    signal: null,
    message: null,
    pid: null,
    size_bytes: null,
    stalled_at: null,
    stalled_phase: null,
    progress: null,
    duration_ms: null,
    cpu_user_ms: null,
    cpu_system_ms: null,
    cut_bytes: null,
    retention_ms: 604_800_000,
    retention_failed_ms: 2_592_000_000,
    submitted_by: null,
    priority: 0,
    service: 0,
    retries: 0,
    queue_rank: 0,
    ...changes,
  };
}
