import type {JobKey, RepoId} from '../../base/index.ts';
import type {Job, JobSummary} from '../domain/index.ts';

/** The rows of all jobs. */
export interface JobLedger {
  /** The first of `count` numbers in a row, higher than any that a job of this repository was ever given. */
  nextNumber(repo: RepoId, count: number): number;
  /** Adds jobs that were submitted together. Resolves when they are durable; rejects (nothing added) when they cannot be. */
  add(jobs: readonly Job[]): Promise<void>;
  /** Replaces what is stored of a job, soon; tried again while the disk is full. */
  put(job: Job): void;
  /** Stores where a queued job was moved in the queue, at once. Throws where that cannot be written. */
  rank(key: JobKey, rank: number): void;
  find(key: JobKey): JobSummary | undefined;
  /** Resolves when everything put so far is stored, or cannot be for now. */
  flush(): Promise<void>;
}
