/** What a job is for whoever reads: a person's list, a program, a web page. One shape with stable names, in `--json` as well. */
import type {Moment} from '../../base/index.ts';
import {isEnded, isStatusWord, ranMs} from '../../coordinator/domain/index.ts';
import {isUnknown, type Leftovers, type ListedJob} from '../../coordinator/reader/index.ts';
import {fileProblem} from '../../platform/index.ts';
import {elsewhereText} from '../elsewhere.ts';
import type {QueueStanding} from '../queue/queue-standing.ts';
import type {ProgressFields} from './listed-progress.ts';

/** All fields are always there, in this order; what is not known, or does not apply, is null. Times are RFC 3339, in UTC. */
export interface JobView extends ProgressFields {
  readonly invocation_id: string;
  /** Its first six digits, which mostly suffice as an address. */
  readonly invocation_short: string;
  /** The id of the repository. */
  readonly repo: string;
  /** Where it was submitted: path, branch, commit, and whether anything differed from that. Null outside git. */
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** Of one that a git hook submitted. */
  readonly hook_type: string | null;
  /** The command line that submitted it. */
  readonly trigger_command: string;
  readonly invocation_created_at: string;
  readonly name: string;
  /** From 1. */
  readonly attempt: number;
  /** `unknown` where it cannot be looked at, or was written by a later version that knows more of them. */
  readonly status: string;
  readonly background: boolean;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly started_at: string | null;
  /** When its command ended, and when nothing could write to its log any more. */
  readonly finished_at: string | null;
  readonly closed_at: string | null;
  /** How long its command ran, or has run until now. */
  readonly duration_secs: number | null;
  /** 128+n for a signal; null where it has not ended, or nobody can know. */
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** Why it ended like that, or why it is unknown. */
  readonly message: string | null;
  /** As people read it: words are quoted where a shell needs that, secrets are left out. */
  readonly command: string;
  readonly cwd: string;
  /** Of the wrapper, which leads its process group. */
  readonly pid: number | null;
  /** Where it runs, in words, if only a coordinator there can look after it. */
  readonly elsewhere: string | null;
  /** Of a queued one, see `QueueStanding`. */
  readonly queue_position: number | null;
  readonly queued_behind: number | null;
  readonly waiting_for: QueueStanding['waitingFor'] | null;
  readonly queue_reason: string | null;
  /** Of one that has ended, where that was looked for: processes that go on, and what could not be looked at. */
  readonly leftovers: Leftovers['processes'] | null;
  readonly leftovers_unseen: NonNullable<Leftovers['unseen']> | null;
  /** Of its log. */
  readonly size_bytes: number;
  /** One line in so many is recorded. */
  readonly sample_every: number;
  /** The path of its log. */
  readonly log: string;
}

/** What is looked up for many jobs at once, or costs more than a row. */
export interface ViewFacts {
  readonly progress: ProgressFields;
  /** Of one that waits for its turn. */
  readonly queue?: QueueStanding | undefined;
  /** Of one that has ended. */
  readonly leftovers?: Leftovers | undefined;
}

export function viewOf(job: ListedJob, now: Moment, {progress, queue, leftovers}: ViewFacts): JobView {
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
    duration_secs: durationSecs(job, now),
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

/** How long its command ran, or has run until now; null where nobody can know. */
export function durationSecs(job: ListedJob, now: Moment): number | null {
  const ran = isUnknown(job) ? undefined : ranMs(job.state, now);
  return ran === undefined ? null : ran / 1000;
}

function statusOf({row, state}: ListedJob): string {
  if (row.closed_at === null) return state.status;
  return isStatusWord(row.status) ? row.status : 'unknown';
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
