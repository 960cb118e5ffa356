import {isEnded, type JobState} from '../job/job.ts';

/** Whether waiting for a job is over: it has ended, and no further attempt of it can start, so that its code is the last one's. */
export function isOver({
  state,
  isTriedAgain = false,
}: {
  readonly state: JobState;
  /** Nobody has made the attempt behind it yet. */
  readonly isTriedAgain?: boolean | undefined;
}): boolean {
  return isEnded(state) && !isTriedAgain;
}
