import type {JobProgress, JobSpec} from '../domain/index.ts';

/** What jobs report of their progress. */
export interface ProgressSource {
  /** Follows what a job reports, from the first record on. */
  follow(spec: JobSpec, hear: (seen: ProgressSeen) => void): ProgressFollower;
  /** What is to be kept of the progress of a job that was never followed, read a piece at a time; undefined when it reported none. */
  summary(spec: JobSpec): Promise<string | undefined>;
  /** When the job last printed something, Unix milliseconds; undefined when it never did. */
  lastOutputAt(spec: JobSpec): number | undefined;
}

export interface ProgressSeen {
  readonly progress: JobProgress;
  /** When the worker last moved, Unix milliseconds, as far as that can be known. A heartbeat is no movement. */
  readonly movedAt: number;
}

export interface ProgressFollower {
  /**
   * Takes in at once what the job reported, as far as that is little; false while there is more, which is taken in
   * meanwhile. Does not throw.
   */
  look(): boolean;
  /** Stops; the job goes on. */
  stop(): void;
  /**
   * Takes in what is there, a piece at a time, and stops. Resolves with what is to be kept in the job's row, if it ever
   * reported; never, when it is stopped meanwhile.
   */
  close(): Promise<string | undefined>;
}
