import type {JobSpec} from '../domain/index.ts';

/** Runs commands and knows which are alive. */
export interface JobRunner {
  /** Starts a job's command; `onEnd` is called once when its wrapper ended. Rejects when nothing was started. */
  start(spec: JobSpec, onEnd: () => void): Promise<{readonly pid: number}>;
  /** Takes over a running job that another coordinator started. */
  adopt(spec: JobSpec, onEnd: () => void): Promise<{readonly pid: number}>;
  /** Calls back once when the wrapper of a job that another coordinator started has ended; the returned function takes that back. */
  whenEnded(spec: JobSpec, onEnd: () => void): () => void;
  /** The code that the wrapper wrote, if it did, and when: Unix milliseconds. */
  exit(spec: JobSpec): {readonly code: number; readonly atMs: number} | undefined;
  /**
   * Asks the job's process group to end (TERM), as soon as its command was born; false when nobody is there to be asked:
   * its wrapper is gone, or cannot catch the signal yet. Rejects when it may not.
   */
  terminate(spec: JobSpec, wrapperPid: number): Promise<boolean>;
  /** Kills all that can be found of the job but its wrapper, so that its code is still recorded. Tells how many could not be killed. */
  kill(spec: JobSpec, wrapperPid: number): Promise<number>;
  /** How many processes can be found of the job besides its wrapper. */
  survivors(spec: JobSpec, wrapperPid: number): Promise<number>;
  /** Which of these jobs some process can still write for; undefined where that cannot be known. */
  stillWriting(specs: readonly JobSpec[]): Promise<ReadonlySet<JobSpec> | undefined>;
}
