import type {InvocationId, RepoId, Uptime} from '../../../base/index.ts';
import type {ByteString} from './byte-string.ts';
import type {JobOptions} from './job-options.ts';
import type {Need} from './need.ts';

/** Where, when and why jobs were submitted together. Facts that git could not tell are null. */
export interface Invocation {
  readonly id: InvocationId;
  /** Unix milliseconds, given by the coordinator. */
  readonly createdAt: number;
  /** The uptime of the coordinator's machine then, and of which boot; absent where it is not known, or not recorded. */
  readonly uptime?: Uptime;
  /** What the person or script typed, without secret values. */
  readonly triggerCommand: string;
  readonly hookType: string | null;
  readonly cwd: string;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly dirty: boolean | null;
}

/** What is told of a job in lists, whether or not its directory is still there: the part of its spec that its row holds. */
export interface SpecSummary {
  readonly repo: RepoId;
  readonly invocation: Invocation;
  /** Counts the jobs of the repository in the order of their submission; 0 in a spec of an earlier version. */
  readonly number: number;
  readonly name: string;
  /** From 1. */
  readonly attempt: number;
  /** The command for people, without secret values. */
  readonly commandText: string;
  readonly cwd: string;
  readonly tags: readonly string[];
  readonly background: boolean;
  readonly group: string | null;
  /** Of those that wait for their turn, one with a higher number starts first. */
  readonly priority: number;
  /** A server, whose end is unexpected. */
  readonly service: boolean;
  /** How many more attempts there are after one that failed. */
  readonly retries: number;
  /** Who started it; null where nobody said. */
  readonly by: string | null;
  /** Keep only the output records whose `seq` is divisible by this; 1 keeps all. */
  readonly sampleEvery: number;
  /** Its stderr goes where its stdout goes. */
  readonly merged: boolean;
  /** How long it is kept after its end, where it did well and where it failed; null for good. Milliseconds. */
  readonly retentionMs: number | null;
  readonly retentionFailedMs: number | null;
}

/**
 * Everything about one attempt of a job that is known before it starts: the content of `spec.json`. Together with the
 * status records of the journal it makes the job's row, which can be rebuilt from them.
 */
export interface JobSpec extends SpecSummary, JobOptions {
  /** 2 where an earlier version must not start it as if it had only what that one knows. */
  readonly format: 1 | 2;
  /** What has to have ended before it starts. */
  readonly needs: readonly Need[];
  /** Of an attempt behind one that failed: it starts no sooner, Unix milliseconds; null of a first one. */
  readonly notBefore: number | null;
  /** Where the repository was: its git common directory, or the directory outside git. */
  readonly place: string;
  readonly command: readonly ByteString[];
  readonly umask: number;
}
