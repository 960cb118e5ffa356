import {rmSync} from 'node:fs';

import {indexPath} from '../index-file/index-file.ts';

/** Removes a segment's file and its index, which is nothing without it. One that is gone already is none to worry about. */
export function removeSegment(segmentFile: string): void {
  rmSync(segmentFile, {force: true});
  rmSync(indexPath(segmentFile), {force: true});
}
