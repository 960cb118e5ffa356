import type {JobSpec} from '../domain/index.ts';

/** Runs commands and knows which are alive. */
export interface JobRunner {
  /** Starts a job's command; `onEnd` is called once when its wrapper ended. Rejects when nothing was started. */
  start(spec: JobSpec, onEnd: () => void): Promise<{readonly pid: number}>;
  /** Takes over a running job that another coordinator started. */
  adopt(spec: JobSpec, onEnd: () => void): Promise<{readonly pid: number}>;
  /** The code that the wrapper wrote, if it did, and when: Unix milliseconds. */
  exit(spec: JobSpec): {readonly code: number; readonly atMs: number} | undefined;
  /** Which of these jobs some process can still write for; undefined where that cannot be known. */
  stillWriting(specs: readonly JobSpec[]): Promise<ReadonlySet<JobSpec> | undefined>;
}
