import {isEnded, type Job} from '../job/job.ts';

/**
 * Whether nothing more happens to end this job: it has ended, and if somebody wanted that, all of it that could be found
 * and signalled is gone. Also true of one that cannot be ended.
 */
export function isGone({state, remains}: Job): boolean {
  if (remains !== undefined) return true;
  return isEnded(state) && (state.closedAt !== undefined || state.killAt === undefined);
}
