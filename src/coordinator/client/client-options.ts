/** What a client can be asked for, and told about it. */
import type {RepoId} from '../../base/index.ts';
import type {Answer} from '../protocol/index.ts';
import type {RequestOptions} from './connection.ts';

export interface ClientOptions {
  /** Default: `$STINT_STATE_DIR` and so on. Made when missing. */
  readonly state?: string | undefined;
  /** Hears of things that a person may want to know: another version, a coordinator that had to be started again. */
  readonly notify?: ((message: string) => void) | undefined;
}

export type Cancelled = Answer<'CancelJob'>;

export interface CancelOptions extends RequestOptions {
  /** Milliseconds between TERM and KILL. Default 10,000. */
  readonly graceMs?: number | undefined;
}

/** Of many at once, which are not named. */
export interface CancelManyOptions extends CancelOptions {
  /** Who asks: jobs of others are left alone, and told. Without it those of all are meant. */
  readonly askedBy?: string | undefined;
}

export interface CancelAllOptions extends CancelManyOptions {
  readonly repo?: RepoId;
}

/** Filters are ANDed. */
export interface CancelFilters {
  readonly repo?: RepoId;
  readonly hook?: string;
  /** Path of the worktree, the end of the path, or the branch. */
  readonly worktree?: string;
  readonly tag?: string;
  readonly invocationPrefix?: string;
  /** Submitted at least so long ago. */
  readonly olderThanMs?: number;
  /** Of worktrees that are not there any more. */
  readonly gone?: boolean;
}

export interface ShutdownOptions {
  readonly cancel?: boolean;
  /** Who asks for that end: rejects with `JOB_OF_OTHERS` where a job is another one's. Without it those of all end. */
  readonly askedBy?: string | undefined;
  readonly graceMs?: number | undefined;
  /** For the coordinator's log. */
  readonly reason?: string;
  /** What is being ended is left to the next coordinator. */
  readonly handOver?: boolean;
}
