/** Which options a job that was just submitted has: an earlier coordinator leaves out of its spec what it does not know. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath, readSpec} from '../adapters/index.ts';
import type {JobOptions} from '../domain/index.ts';

/** Undefined as well where its spec is gone, or cannot be read. */
export function recordedOptions(state: string, key: JobKey): JobOptions | undefined {
  try {
    return readSpec(join(state, jobPath(key), JOB_FILES.spec));
  } catch {
    return undefined; // whoever asks says that it may have none
  }
}
