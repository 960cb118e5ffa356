/** What is missing of a job's log, as far as the job's row and its files tell. */
import {statSync} from 'node:fs';
import {basename} from 'node:path';

import {plural, sizeText} from '../../../base/index.ts';
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {listSegments, segmentPath} from '../../../journal/index.ts';

export interface LogLoss {
  /** `gone`: nothing of it is there; `short`: less than was recorded; `awaited`: a coordinator makes it anew; `output`: the job wrote more than could be recorded. */
  readonly kind: 'gone' | 'short' | 'awaited' | 'output';
  readonly text: string;
}

/** Undefined when nothing is missing. */
export function lossOf({row, state, journal}: ListedJob): LogLoss | undefined {
  const bytes = bytesOf(journal);
  const {closed_at, size_bytes} = row;
  if (closed_at !== null && size_bytes !== null && (bytes ?? 0) < size_bytes)
    return lessThan(size_bytes, bytes, journal);
  if (closed_at === null && bytes === undefined && state.status !== 'queued')
    return {kind: 'awaited', text: 'its log was removed or moved; what it wrote is being recorded again'};
  // A message besides an exit code says what is lost, but for a job that was ended, where it says why.
  const explains = row.exit_code === null && row.finished_at !== null;
  if (row.message === null || explains || row.status === 'cancelled') return undefined;
  return {kind: 'output', text: row.message};
}

function lessThan(recorded: number, bytes: number | undefined, journal: string): LogLoss {
  if (bytes === undefined || bytes === 0)
    return {kind: 'gone', text: `its log is gone: ${sizeText(recorded)} were recorded in ${journal}`};
  const which = missingText(journal);
  const text = `its log is not whole: ${sizeText(bytes)} of ${sizeText(recorded)} are left in ${journal}${which}`;
  return {kind: 'short', text};
}

/** Which files are missing before or among those that are there. */
function missingText(journal: string): string {
  const names: string[] = [];
  let [count, next] = [0, 0];
  for (const segment of listSegments(journal)) {
    count += segment - next;
    for (; next < segment && names.length < MOST_NAMED; next++)
      names.push(basename(segmentPath(journal, next)));
    next = segment + 1;
  }
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return count === 0 ? '' : `; ${names.join(', ')}${more} ${plural(count, 'is', 'are')} missing`;
}

const MOST_NAMED = 5;

/** Undefined when there is no file. */
function bytesOf(journal: string): number | undefined {
  const sizes = listSegments(journal).flatMap(
    segment => statSync(segmentPath(journal, segment), {throwIfNoEntry: false})?.size ?? [],
  );
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}
