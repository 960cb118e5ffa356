import {counted, sizeText} from '../../base/index.ts';
import type {ListedJobs} from '../../jobs/index.ts';
import {clockTime} from '../output/human.ts';
import {say} from '../output/write.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Says when jobs go that were recorded before stint removed any; and at the end of a whole list, what the last pass did. */
export function sayPruning(
  {pruning, now}: Pick<ListedJobs, 'pruning' | 'now'>,
  {isWhole}: {readonly isWhole: boolean},
): void {
  const {lastPass, keptSince} = pruning ?? {};
  const gone = keptSince === undefined ? undefined : keptSince + WEEK_MS;
  if (gone !== undefined && gone > now) say(announcement(gone, now));
  if (isWhole && lastPass !== undefined) say(lastPassText(lastPass, now));
}

/** Of jobs that were recorded by a version which never removed one. */
export function announcement(gone: number, now: number): string {
  return `jobs of an earlier version are removed from ${clockTime(gone, now)} on; to keep one for good: stint pin <address>`;
}

export function lastPassText(
  {at_ms, jobs, freed_bytes, failed}: NonNullable<NonNullable<ListedJobs['pruning']>['lastPass']>,
  now: number,
): string {
  const removed =
    jobs === 0 ? 'nothing was removed' : `${counted(jobs, 'job')} removed, ${sizeText(freed_bytes)} freed`;
  const rest = failed === 0 ? '' : `; ${failed} could not be removed (stint prune says why)`;
  return `last looked for old jobs at ${clockTime(at_ms, now)}: ${removed}${rest}`;
}
