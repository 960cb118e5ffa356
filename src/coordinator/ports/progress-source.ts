import type {JobProgress, JobSpec} from '../domain/index.ts';

/** What jobs report of their progress. */
export interface ProgressSource {
  /** Follows what a job reports, from the first record on. */
  follow(spec: JobSpec, hear: (seen: ProgressSeen) => void): ProgressFollower;
  /** When the job last printed something, Unix milliseconds; undefined when it never did. */
  lastOutputAt(spec: JobSpec): number | undefined;
}

export interface ProgressSeen {
  readonly progress: JobProgress;
  /** When the worker last moved, Unix milliseconds. A heartbeat is no movement. */
  readonly movedAt: number;
}

export interface ProgressFollower {
  /** Takes in what is left and stops. Resolves nothing any more; tells what is to be kept in the job's row, if it ever reported. */
  close(): string | undefined;
}
