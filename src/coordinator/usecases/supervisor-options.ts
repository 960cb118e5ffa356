/** What a supervisor is made of, and is told of the machine. */
import type {ProcessSpace} from '../../base/index.ts';
import type {JobFiles, JobLedger, JobRunner, OpenRecorder} from '../ports/index.ts';
import type {JobClosingOptions} from './ending/job-closing.ts';
import type {ProgressWatchOptions} from './progress/progress-watch.ts';

export interface SupervisorOptions extends ProgressWatchOptions, Pick<JobClosingOptions, 'moment'> {
  readonly ledger: JobLedger;
  readonly files: JobFiles;
  readonly runner: JobRunner;
  readonly openRecorder: OpenRecorder;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  /** Where this coordinator runs, and so every job that it starts. */
  readonly space: ProcessSpace;
  readonly parallel: number;
  /** Between 0 and 1, for the pauses between attempts. */
  readonly random: () => number;
  /** How many jobs of a group may run at once, by its name. */
  readonly groups: ReadonlyMap<string, number>;
  /** Whether an error goes away by itself (a full disk, no more processes), so that trying again helps. */
  readonly isTransient: (error: unknown) => boolean;
}
