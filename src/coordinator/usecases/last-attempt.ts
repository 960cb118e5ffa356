import {type JobKey, keyText} from '../../base/index.ts';
import type {JobSummary} from '../domain/index.ts';
import type {FindJob} from './known-job.ts';

/** The last attempt of the job that this is an attempt of; undefined where none is there. Some of them may have been removed. */
export function lastAttempt(find: FindJob, job: Omit<JobKey, 'attempt'>): JobSummary | undefined {
  let last: JobSummary | undefined;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const found = find({...job, attempt});
    if (found === undefined && last !== undefined && !mayBeTriedAgain(last)) break;
    last = found ?? last;
  }
  return last;
}

/** One of the attempts behind it may be there although the next one was removed. */
function mayBeTriedAgain({state: {status}}: JobSummary): boolean {
  return status === 'failed' || status === 'timed_out';
}

export function attemptBehind(key: JobKey): JobKey {
  return {...key, attempt: key.attempt + 1};
}

/** The job that this is an attempt of, as the key of a map. */
export function seriesText(job: Omit<JobKey, 'attempt'>): string {
  return keyText({...job, attempt: 1});
}

/** No job has more. */
export const MOST_ATTEMPTS = 101;
