import {isEnded, type JobSummary} from '../job/job.ts';

/** Whether waiting for a job is over: it has ended, and no further attempt of it can start, so that its code is the last one's. */
export function isOver({state}: Pick<JobSummary, 'state'>): boolean {
  return isEnded(state);
}
