/** What a job is for whoever reads: a person's list, a program, a web page. One shape with stable names, in `--json` as well. */
import type {NamedProcess, Remains} from '../../coordinator/domain/index.ts';
import type {Activity} from './activity.ts';

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
  /** Who started it: an agent, with its session where that is known, or whoever was named. Null where nobody said. */
  readonly by: string | null;
  readonly invocation_created_at: string;
  readonly name: string;
  /** From 1. */
  readonly attempt: number;
  /** How many there may be of it. */
  readonly attempts: number;
  /** `unknown` where it cannot be looked at, or was written by a later version that knows more of them. */
  readonly status: string;
  readonly background: boolean;
  readonly tags: readonly string[];
  readonly group: string | null;
  /** Of those that wait for their turn, one with a higher number starts first. */
  readonly priority: number;
  /** A server: it takes no place, and its end is unexpected. */
  readonly service: boolean;
  readonly started_at: string | null;
  /** When its command ended, and when nothing could write to its log any more. */
  readonly finished_at: string | null;
  readonly closed_at: string | null;
  /** Between which moments its command ended, where nobody saw that; `finished_at` is null then. */
  readonly ended_between: readonly [string, string] | null;
  /** How long its command ran, or has run until now; null where nobody knows. */
  readonly duration_secs: number | null;
  /**
   * Processor time of its command and of all that was waited for; while it runs, if leftovers were looked for as well, that
   * of its processes until now. Null where nobody knows.
   */
  readonly cpu_secs: number | null;
  readonly cpu_user_secs: number | null;
  readonly cpu_system_secs: number | null;
  /** Resident memory of all its processes, while it runs and was looked for; else null. */
  readonly memory_bytes: number | null;
  /** 128+n for a signal; null where it has not ended, or nobody can know. */
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** Why it ended like that, is to end, or is unknown. */
  readonly message: string | null;
  /** As people read it: words are quoted where a shell needs that, secrets are left out. */
  readonly command: string;
  readonly cwd: string;
  /** Of the wrapper, which leads its process group. */
  readonly pid: number | null;
  /** Where it runs, in words, if only a coordinator there can look after it. */
  readonly elsewhere: string | null;
  /** Of a queued one: from 1, how many jobs run or start before it, which have a place now (not more than some), and what has to happen, in words. */
  readonly queue_position: number | null;
  readonly queued_behind: number | null;
  readonly waiting_for: readonly WaitedFor[] | null;
  readonly queue_reason: string | null;
  /** The same for programs: `limit`, `group`, `held`, `need`, `attempt` or `backoff`; when it is tried again; the jobs that have to end first. */
  readonly queue_why: string | null;
  readonly queue_until: string | null;
  readonly queue_needs: readonly NeededFirst[] | null;
  /** Of one that has ended, where that was looked for: processes that go on, and what could not be looked at. */
  readonly leftovers: readonly NamedProcess[] | null;
  readonly leftovers_unseen: NonNullable<Remains['unseen']> | null;
  /** Of its log. */
  readonly size_bytes: number;
  /** Somebody wants it to be kept for good. */
  readonly pinned: boolean;
  /** When its time is over, of one that has ended and is not kept for good; it may stay longer as one of the newest, or go where there is no room. */
  readonly expires_at: string | null;
  /** So much of its output was cut out of its log, in bytes; null where nothing was. */
  readonly cut_bytes: number | null;
  /** One line in so many is recorded. */
  readonly sample_every: number;
  /** Its stderr goes where its stdout goes. */
  readonly merged: boolean;
  /** The path of its log. */
  readonly log: string;
}

/** A job that has to end before another one starts, and how: `completed`, `ended` in any way, or `failed`. */
export interface NeededFirst {
  readonly invocation_id: string;
  readonly name: string;
  readonly end: string;
}

/** A job for whose place another one waits. */
export interface WaitedFor {
  readonly invocation_id: string;
  readonly name: string;
  readonly directory: string;
}

/** The fields of a listing that tell of progress; what is not known is null. */
export interface ProgressFields {
  readonly phase: string | null;
  readonly rows_processed: number | null;
  readonly rows_total: number | null;
  /** The phase whose rows these are, and whose rate: it may be another one than `phase`. */
  readonly rows_phase: string | null;
  readonly rows_per_sec: number | null;
  /** What the rate is reckoned from. */
  readonly rate_basis: {readonly over_ms: number; readonly records: number} | null;
  readonly eta_secs: number | null;
  /** Where the rate varies: from the soonest to the latest that is likely. */
  readonly eta_range_secs: readonly [number, number] | null;
  readonly quiet_secs: number | null;
  /** While it runs; null as well where nothing tells. */
  readonly activity: Activity | null;
  readonly stalled: boolean;
  readonly stalled_secs: number | null;
  readonly uncertain_secs: number | null;
  readonly waiting_on: string | null;
  readonly waiting_secs: number | null;
  readonly same_output_secs: number | null;
}
