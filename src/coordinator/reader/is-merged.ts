/** Whether a job that was just submitted has one stream: an earlier coordinator leaves that out of its spec. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath, readSpec} from '../adapters/index.ts';

/** False as well where its spec is gone, or cannot be read. */
export function isMerged(state: string, key: JobKey): boolean {
  try {
    return readSpec(join(state, jobPath(key), JOB_FILES.spec))?.merged === true;
  } catch {
    return false; // whoever asks says that it may have two
  }
}
