/**
 * Says that what is not recorded of a job's spool may be freed: all but the last bytes of each stream. It is there before the
 * first byte is, and until it is recorded what was: whoever finds it takes all that it allows for gone.
 */
import {rmSync} from 'node:fs';
import {join} from 'node:path';

import {fileHead, onItsWayTo, replaceFile} from '../../../../platform/index.ts';
import {JOB_FILES} from '../../directory/job-paths.ts';

/** How many bytes of each stream stay, by what a coordinator that is gone left; undefined where nothing was allowed. */
export function takeHoldMark(directory: string): number | undefined {
  rmSync(onItsWayTo(join(directory, JOB_FILES.held)), {force: true});
  const [, keep] = MARK.exec(fileHead(join(directory, JOB_FILES.held), MARK_BYTES) ?? '') ?? [];
  return keep === undefined ? undefined : Number(keep);
}

/** Throws what the file system says. */
export function writeHoldMark(directory: string, keep: number): void {
  replaceFile(join(directory, JOB_FILES.held), `{"keep":${keep}}\n`);
}

export function removeHoldMark(directory: string): void {
  rmSync(join(directory, JOB_FILES.held), {force: true});
}

const MARK_BYTES = 64;
const MARK = /^\{"keep":(\d{1,15})\}\n$/;
