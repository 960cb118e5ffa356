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
  readonly graceMs?: number | undefined;
  /** For the coordinator's log. */
  readonly reason?: string;
  /** What is being ended is left to the next coordinator. */
  readonly handOver?: boolean;
}
