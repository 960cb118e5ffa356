/** Whether a job has one stream, which its row does not tell. */
import {dirname, join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath, readSpec} from '../adapters/index.ts';

/** By the path of its log. Not where its directory is gone, or cannot be read. */
export function isMerged(journal: string): boolean {
  try {
    return readSpec(join(dirname(journal), JOB_FILES.spec))?.merged === true;
  } catch {
    return false; // that it cannot be read is told by whoever reads its log
  }
}

/** The path of a job's log. */
export function journalOf(state: string, key: JobKey): string {
  return join(state, jobPath(key), JOB_FILES.journal);
}
