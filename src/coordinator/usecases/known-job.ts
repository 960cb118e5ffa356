import {type JobKey, StintError} from '../../base/index.ts';
import type {JobSummary} from '../domain/index.ts';

/** A job as it is now, with what only memory knows of it; undefined where there is none. */
export type FindJob = (key: JobKey) => JobSummary | undefined;

/** The same of one that has to be there: throws `JOB_NOT_FOUND`. */
export function knownJob(find: FindJob, key: JobKey): JobSummary {
  const job = find(key);
  if (job !== undefined) return job;
  throw new StintError('JOB_NOT_FOUND', `There is no job ${key.invocation}:${key.name}.`, {
    hint: 'Run: stint ls',
  });
}
