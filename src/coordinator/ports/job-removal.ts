import type {JobKey, RepoId} from '../../base/index.ts';
import type {PrunableInvocation, RepoPolicy} from '../domain/index.ts';

/** What there is of a repository's jobs, and the removal of some. Throws where the database cannot be used. */
export interface JobRemovals {
  /** Every repository in which jobs were run. */
  repos(): RepoId[];
  rules(repo: RepoId): PruningRules;
  /** The rows are those of now; the disk is looked at a little at a time. */
  lookAround(repo: RepoId): Promise<Surroundings>;
  /** Removes what may be removed now: not what was pinned meanwhile. In one turn, so not too many at once. */
  remove(repo: RepoId, groups: readonly JobsToRemove[], now: number): RemovalReport;
  /** Removes the rest of what was half removed before. */
  finish(repo: RepoId, halfDone: readonly HalfDone[], now: number): RemovalReport;
  /** What removing a job frees, in bytes: of an invocation's only one that of the invocation. */
  sizeOf(key: JobKey): number;
  /** Stores what a pass over a repository did. */
  record(repo: RepoId, pass: RecordedPass): void;
  /** Keeps a job for good, or not any more. False where there is none. */
  pin(key: JobKey, isPinned: boolean, now: number): boolean;
  isPinned(key: JobKey): boolean;
}

/** What holds for a repository, and where it was. */
export interface PruningRules extends RepoPolicy {
  readonly place: string | undefined;
  /** When the last pass was made, Unix milliseconds. */
  readonly lastPassAt: number | undefined;
}

export interface Surroundings {
  /** In the order of submission, without what is half removed. */
  readonly invocations: readonly PrunableInvocation[];
  readonly halfDone: readonly HalfDone[];
}

/** A removal that was begun: it cannot be taken back. */
export interface HalfDone {
  /** The directory that is left of it. */
  readonly directory: string;
  readonly invocation: string;
  /** The job that it was, where that still has a row; undefined for the whole invocation. */
  readonly job?: Pick<JobKey, 'name' | 'attempt'> | undefined;
}

/** Jobs of one invocation. */
export interface JobsToRemove {
  readonly invocation: string;
  readonly jobs: readonly Pick<JobKey, 'name' | 'attempt'>[];
}

export interface RemovalReport {
  readonly removed: readonly RemovedJob[];
  /** What is still there: a job that stays as it was, or a directory of which the next pass removes the rest. */
  readonly failed: readonly FailedRemoval[];
  /** Paths of what is not stint's, and was left alone. */
  readonly strange: readonly string[];
}

export interface RemovedJob {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
}

export interface FailedRemoval {
  readonly path: string;
  readonly reason: string;
}

/** What is told of the last pass later on. */
export interface RecordedPass {
  /** Unix milliseconds. */
  readonly at_ms: number;
  readonly jobs: number;
  readonly freed_bytes: number;
  /** What could not be removed. */
  readonly failed: number;
}
