/** What a look at all processes tells of a job that was found without its wrapper. */
import {endBetween, isEnded, lostText} from '../domain/index.ts';
import type {ListedJob} from './job-reader.ts';
import type {Leftovers} from './leftovers.ts';

/** The job as it is known then: that it goes on, or between which moments it ended. `now` in Unix milliseconds. */
export function afterLook(job: ListedJob, found: Leftovers | undefined, now: number): ListedJob {
  const {state, aliveAt} = job;
  if (found === undefined || aliveAt === undefined || !isEnded(state)) return job;
  if (found.processes.length > 0) return {...job, state: {...state, unseenEnd: 'still-runs'}};
  if (found.unseen !== undefined) return job;
  const {message} = state;
  const known = message === lostText('wrapper', false) ? lostText('wrapper', true) : message;
  const unseenEnd = endBetween(aliveAt, now);
  return {...job, state: {...state, unseenEnd, ...(known === undefined ? {} : {message: known})}};
}
