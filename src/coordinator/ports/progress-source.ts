import type {JobProgress, JobSpec} from '../domain/index.ts';

/** What jobs report, and whether they print. */
export interface ProgressSource {
  /** Follows what a job reports, from the first record on. */
  follow(spec: JobSpec, options: FollowOptions): ProgressFollower;
  /** What is to be kept of the progress of a job that was never followed, read a piece at a time; undefined when it reported none. */
  summary(spec: JobSpec): Promise<string | undefined>;
  /** What the first so many bytes of its records tell of the work, as a hash; undefined where that is not kept. */
  seenWork(spec: JobSpec, bytes: number): number | undefined;
  /** How much a job has printed, and whether what it printed behind `known` says anything new. */
  output(spec: JobSpec, known: OutputBytes): OutputSeen;
}

export interface FollowOptions {
  /** What lies before this byte an earlier coordinator had seen when it found the job stalled. */
  readonly knownBytes: number;
  /** What these told of the work (`seenWork`): where they tell something else now, nothing of them was seen. */
  readonly knownWork?: number | undefined;
  readonly hear: (seen: ProgressSeen) => void;
}

/** Of its stdout and its stderr. */
export type OutputBytes = readonly [out: number, err: number];

export interface OutputSeen {
  readonly bytes: OutputBytes;
  /** A line that is not the one before once more. */
  readonly isNew: boolean;
}

export interface ProgressSeen {
  readonly progress: JobProgress;
  /** When it last changed in anything but what a heartbeat changes, Unix milliseconds, as far as that can be known. */
  readonly changedAt: number;
  /** Since this was last told it moved, or said for what it waits: it is not stuck. */
  readonly gotOn: boolean;
}

export interface ProgressFollower {
  /** How much of the file was read, in whole lines. */
  readonly readBytes: number;
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
