import type {JobProgress, JobSpec} from '../domain/index.ts';

/** What jobs report of their progress. */
export interface ProgressSource {
  /** Follows what a job reports, from the first record on. */
  follow(spec: JobSpec, hear: (seen: ProgressSeen) => void): ProgressFollower;
  /** What is to be kept of the progress of a job that was never followed; undefined when it reported none. */
  summary(spec: JobSpec): string | undefined;
  /** When the job last printed something, Unix milliseconds; undefined when it never did. */
  lastOutputAt(spec: JobSpec): number | undefined;
}

export interface ProgressSeen {
  readonly progress: JobProgress;
  /** When the worker last moved, Unix milliseconds. A heartbeat is no movement. */
  readonly movedAt: number;
}

export interface ProgressFollower {
  /** Stops; the job goes on. */
  stop(): void;
  /** The job is closed: takes in what is left and stops. Tells what is to be kept in the job's row, if it ever reported. */
  close(): string | undefined;
}
