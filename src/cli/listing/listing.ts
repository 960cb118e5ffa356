/** A job as the fields that listings and JSON output have, with stable names. */
import type {Moment} from '../../base/index.ts';
import {isEnded, isStatusWord, ranMs} from '../../coordinator/domain/index.ts';
import {isUnknown, type Leftovers, type ListedJob} from '../../coordinator/reader/index.ts';
import {elsewhereText, listedProgress, type ProgressFields} from '../../jobs/index.ts';
import {fileProblem} from '../../platform/index.ts';
import type {QueueStanding} from '../waiting/queue-standing.ts';

/** All fields of a listing in their order; what is not known is null. */
export interface ListingFields extends ProgressFields {
  readonly invocation_id: string;
  readonly invocation_short: string;
  readonly repo: string;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly hook_type: string | null;
  readonly trigger_command: string;
  readonly invocation_created_at: string;
  readonly name: string;
  readonly attempt: number;
  readonly status: string;
  readonly background: boolean;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly closed_at: string | null;
  readonly duration_secs: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly message: string | null;
  readonly command: string;
  readonly cwd: string;
  readonly pid: number | null;
  readonly elsewhere: string | null;
  readonly queue_position: number | null;
  readonly queued_behind: number | null;
  readonly waiting_for: QueueStanding['waitingFor'] | null;
  readonly queue_reason: string | null;
  readonly leftovers: Leftovers['processes'] | null;
  readonly leftovers_unseen: NonNullable<Leftovers['unseen']> | null;
  readonly size_bytes: number;
  readonly sample_every: number;
  readonly log: string;
}

/** What neither its row nor its directory tells. */
export interface ListedFacts {
  /** Of one that waits for its turn. */
  readonly queue?: QueueStanding | undefined;
  /** Of one that has ended. */
  readonly leftovers?: Leftovers | undefined;
}

export function listingFields(
  job: ListedJob,
  now: Moment,
  progress = listedProgress(job, now).fields,
  {queue, leftovers}: ListedFacts = {},
): ListingFields {
  const {row, state, repo, sizeBytes, journal} = job;
  const ended = isEnded(state) ? state : undefined;
  const unknown = isUnknown(job);
  const startedAt = state.status === 'queued' ? undefined : state.startedAt;
  const ran = unknown ? undefined : ranMs(state, now);
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
    invocation_created_at: rfc3339(row.created_at),
    name: row.name,
    attempt: row.attempt,
    status: unknown ? 'unknown' : statusOf(job),
    background: row.background === 1,
    tags: JSON.parse(row.tags) as string[],
    group: row.group_name,
    started_at: startedAt === undefined ? null : rfc3339(startedAt),
    finished_at: ended === undefined ? null : rfc3339(ended.finishedAt),
    closed_at: ended?.closedAt === undefined ? null : rfc3339(ended.closedAt),
    duration_secs: ran === undefined ? null : ran / 1000,
    exit_code: ended?.exitCode ?? null,
    signal: row.signal,
    message: ended?.message ?? (unknown ? `it cannot be looked at: ${fileProblem(job.unreadable)}` : null),
    command: row.command,
    cwd: row.cwd,
    pid: state.status === 'queued' || unknown ? null : (state.pid ?? null),
    elsewhere: elsewhereText(job) ?? null,
    queue_position: queue?.position ?? null,
    queued_behind: queue?.behind ?? null,
    waiting_for: queue?.waitingFor ?? null,
    queue_reason: queue?.reason ?? null,
    leftovers: leftovers?.processes ?? null,
    leftovers_unseen: leftovers?.unseen ?? null,
    size_bytes: sizeBytes,
    sample_every: row.sample_every,
    ...progress,
    log: journal,
  };
}

function statusOf({row, state}: ListedJob): string {
  if (row.closed_at === null) return state.status;
  return isStatusWord(row.status) ? row.status : 'unknown';
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
