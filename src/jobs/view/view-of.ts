/** The view of a job, made from what a reader found. */
import type {Moment} from '../../base/index.ts';
import {
  type CpuTime,
  isEnded,
  isFailure,
  type JobState,
  keptUntil,
  ranMs,
} from '../../coordinator/domain/index.ts';
import {isUnknown, type Leftovers, type ListedJob, type Usage} from '../../coordinator/reader/index.ts';
import {fileProblem} from '../../platform/index.ts';
import {elsewhereText} from '../elsewhere.ts';
import type {QueueStanding} from '../queue/queue-standing.ts';
import {shownStatus} from '../select/shown-status.ts';
import type {JobView, ProgressFields} from './job-view.ts';

/** What is looked up for many jobs at once, or costs more than a row. */
export interface ViewFacts {
  readonly progress: ProgressFields;
  /** Of one that waits for its turn. */
  readonly queue?: QueueStanding | undefined;
  /** Of one that has ended. */
  readonly leftovers?: Leftovers | undefined;
  /** Of one that runs. */
  readonly usage?: Usage | undefined;
}

export function viewOf(job: ListedJob, now: Moment, {progress, queue, leftovers, usage}: ViewFacts): JobView {
  const {row, state, repo, sizeBytes, journal} = job;
  const ended = isEnded(state) ? state : undefined;
  const unknown = isUnknown(job);
  const startedAt = state.status === 'queued' ? undefined : state.startedAt;
  return {
    invocation_id: row.invocation_id,
    invocation_short: row.invocation_id.slice(0, 6),
    repo,
    worktree: row.worktree,
    branch: row.branch,
    commit: row.commit_id,
    dirty: row.dirty === null ? null : row.dirty === 1,
    hook_type: row.hook_type,
    trigger_command: row.trigger_command,
    by: row.submitted_by,
    invocation_created_at: rfc3339(row.created_at),
    name: row.name,
    attempt: row.attempt,
    attempts: row.retries + 1,
    status: shownStatus(job),
    background: row.background === 1,
    tags: JSON.parse(row.tags) as string[],
    group: row.group_name,
    priority: row.priority,
    service: row.service === 1,
    started_at: startedAt === undefined ? null : rfc3339(startedAt),
    finished_at: ended === undefined || ended.unseenEnd !== undefined ? null : rfc3339(ended.finishedAt),
    closed_at: ended?.closedAt === undefined ? null : rfc3339(ended.closedAt),
    ended_between: endedBetween(state),
    duration_secs: durationSecs(job, now),
    ...cpuFields(ended === undefined ? usage?.cpu : ended.cpu),
    memory_bytes: ended === undefined ? (usage?.memoryBytes ?? null) : null,
    exit_code: ended?.exitCode ?? null,
    signal: row.signal,
    message: unknown ? `it cannot be looked at: ${fileProblem(job.unreadable)}` : (messageOf(state) ?? null),
    command: row.command,
    cwd: row.cwd,
    pid: state.status === 'queued' || unknown ? null : (state.pid ?? null),
    elsewhere: elsewhereText(job) ?? null,
    queue_position: queue?.position ?? null,
    queued_behind: queue?.behind ?? null,
    waiting_for: queue?.waitingFor ?? null,
    queue_reason: queue?.reason ?? null,
    queue_why: queue?.why ?? null,
    queue_until: queue?.until == null ? null : rfc3339(queue.until),
    queue_needs: queue?.why === 'need' ? queue.needs : null,
    leftovers: leftovers?.processes ?? null,
    leftovers_unseen: leftovers?.unseen ?? null,
    size_bytes: sizeBytes,
    pinned: row.pinned_at !== null,
    expires_at: expiresAt(row),
    cut_bytes: state.status === 'queued' ? null : (state.cutBytes ?? null),
    sample_every: row.sample_every,
    merged: row.merged === 1,
    ...progress,
    log: journal,
  };
}

function cpuFields(
  cpu: CpuTime | undefined,
): Pick<JobView, 'cpu_secs' | 'cpu_user_secs' | 'cpu_system_secs'> {
  if (cpu === undefined) return {cpu_secs: null, cpu_user_secs: null, cpu_system_secs: null};
  const {userMs, systemMs} = cpu;
  return {
    cpu_secs: (userMs + systemMs) / 1000,
    cpu_user_secs: userMs / 1000,
    cpu_system_secs: systemMs / 1000,
  };
}

/** How long its command ran, or has run until now; null where nobody can know. */
export function durationSecs(job: ListedJob, now: Moment): number | null {
  const {state} = job;
  const isUnseen = isUnknown(job) || (isEnded(state) && state.unseenEnd !== undefined);
  const ran = isUnseen ? undefined : ranMs(state, now);
  return ran === undefined ? null : ran / 1000;
}

/** Why it ended like that, or why it is to end. */
function messageOf(state: JobState): string | undefined {
  if (isEnded(state)) return state.message;
  return state.status === 'cancelling' ? state.reason : undefined;
}

function endedBetween(state: JobState): [string, string] | null {
  const end = isEnded(state) ? state.unseenEnd : undefined;
  return typeof end === 'object' ? [rfc3339(end[0]), rfc3339(end[1])] : null;
}

function expiresAt(row: ListedJob['row']): string | null {
  if (row.closed_at === null) return null;
  const until = keptUntil({
    endedAt: row.finished_at ?? row.closed_at,
    keptFrom: row.kept_from,
    retentionMs: isFailure(row.status) ? row.retention_failed_ms : row.retention_ms,
    isPinned: row.pinned_at !== null,
  });
  return until === undefined ? null : rfc3339(until);
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
