import type {JobKey, Moment, ProcessSpace} from '../../base/index.ts';
import type {ByteString, FoundJob, JobSpec, WrittenCpuTime} from '../domain/index.ts';

/** The directory of each job. */
export interface JobFiles {
  /** Makes the directory with everything that is needed to start the job later. */
  create(spec: JobSpec, environment: readonly ByteString[]): void;
  /** The environment that the job was made with, while it is not closed. */
  environment(spec: JobSpec): ByteString[];
  /** Where the job may report its progress, an absolute path. */
  progressPath(spec: JobSpec): string;
  /** Takes back what `create` made, of a submission that failed. */
  remove(spec: JobSpec): void;
  /**
   * What a coordinator that knows nothing finds there. Of a job that is alive only the beginning of the journal is read,
   * unless `whole` is asked for.
   */
  inspect(key: JobKey, extent?: 'whole'): JobFindings;
  /** Removes what only a job that is not closed needs. */
  discardSpool(spec: JobSpec): void;
}

export interface JobFindings extends Omit<FoundJob, 'row' | 'rebooted' | 'hasSpec' | 'whereabouts'> {
  /** Where it was started, or about to be; undefined where an earlier version did not record it. */
  readonly space: ProcessSpace | undefined;
  /** When the wrapper began and when it ended, where it wrote that. */
  readonly began: Moment | undefined;
  readonly ended: Moment | undefined;
  /** The processor time of its command, where it wrote that. */
  readonly cpu: WrittenCpuTime | undefined;
  /** Of one that ended without a code and is not recorded yet: when a coordinator last saw it alive, Unix milliseconds. */
  readonly lastSign: number | undefined;
  /** Undefined when the directory or its spec is gone. */
  readonly spec: JobSpec | undefined;
}
