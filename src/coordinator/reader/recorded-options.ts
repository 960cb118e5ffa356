/** What was asked for of a job, as its coordinator wrote it down: an earlier one leaves out what it does not know. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath, readSpec} from '../adapters/index.ts';
import type {JobOptions, JobSpec} from '../domain/index.ts';

/** Which options a job that was just submitted has. Undefined as well where its spec is gone, or cannot be read. */
export function recordedOptions(state: string, key: JobKey): JobOptions | undefined {
  return specOfJob(state, key);
}

/** Undefined where it is gone, or cannot be read. */
export function specOfJob(state: string, key: JobKey): JobSpec | undefined {
  try {
    return readSpec(join(state, jobPath(key), JOB_FILES.spec));
  } catch {
    return undefined; // whoever asks says that it may have none
  }
}
