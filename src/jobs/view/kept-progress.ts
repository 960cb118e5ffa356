/** What is kept of a job's progress besides its file: in the row of a closed one, and of a file that was removed. */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {JOB_FILES, keptSummary} from '../../coordinator/adapters/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ProgressSummary} from '../../progress/index.ts';

/** What a row keeps of the progress of a closed job; undefined where it never reported. */
export function keptProgress(progress: string | null): ProgressSummary | undefined {
  return progress === null ? undefined : (JSON.parse(progress) as ProgressSummary);
}

/** All that is left of what a job reported, where its records are gone; undefined where they are there, or never were. */
export function remainingSummary({row, directory}: ListedJob): ProgressSummary | undefined {
  if ((statSync(join(directory, JOB_FILES.progress), {throwIfNoEntry: false})?.size ?? 0) > 0)
    return undefined;
  return keptProgress(row.progress) ?? keptSummary(directory);
}
