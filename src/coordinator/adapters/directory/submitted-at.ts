import {lstatSync} from 'node:fs';
import {join} from 'node:path';

import {JOB_FILES} from './job-paths.ts';

/** When a job was submitted, Unix milliseconds: nothing that it reports is older. Undefined where nothing tells. */
export function submittedAt(directory: string): number | undefined {
  return lstatSync(join(directory, JOB_FILES.spec), {throwIfNoEntry: false})?.mtimeMs;
}
