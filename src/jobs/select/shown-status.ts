import {isStatusWord} from '../../coordinator/domain/index.ts';
import {isUnknown, type ListedJob} from '../../coordinator/reader/index.ts';
import type {ListedRow} from '../../store/index.ts';

/** The status as it is told everywhere: `unknown` of a job that cannot be looked at, or whose word only a later version knows. */
export function shownStatus(job: ListedJob): string {
  if (isUnknown(job)) return 'unknown';
  return job.row.closed_at === null ? job.state.status : statusOfClosed(job.row);
}

/** Of a job that is closed its row tells it. */
export function statusOfClosed({status}: Pick<ListedRow, 'status'>): string {
  return isStatusWord(status) ? status : 'unknown';
}
