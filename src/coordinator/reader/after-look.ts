/** What a look at all processes tells of a job that was found without its wrapper. */
import type {Clock} from '../../base/index.ts';
import {endBetween, isEnded, lostText} from '../domain/index.ts';
import type {ListedJob} from './job-reader.ts';
import {type Leftovers, lookForLeftovers} from './leftovers.ts';

/** These jobs as they are known after such a look, which is only taken where one of them needs it. */
export async function lookedAfter(
  state: string | undefined,
  jobs: readonly ListedJob[],
  clock: Clock,
): Promise<ReadonlyMap<ListedJob | undefined, ListedJob>> {
  const leftoversOf = await lookForLeftovers(state, jobs.filter(mayRunOn), clock);
  const now = clock.now();
  return new Map(
    jobs.map(job => [job, mayRunOn(job) ? afterLook(job, leftoversOf(job), now) : job] as const),
  );
}

/** Whether it was found without its wrapper, so that its command may go on. */
export function mayRunOn({aliveAt}: ListedJob): boolean {
  return aliveAt !== undefined;
}

/** The job as it is known then: that it goes on, or between which moments it ended. `now` in Unix milliseconds. */
export function afterLook(job: ListedJob, found: Leftovers | undefined, now: number): ListedJob {
  const {state, aliveAt} = job;
  if (found === undefined || aliveAt === undefined || !isEnded(state)) return job;
  if (found.processes.length > 0) return {...job, state: {...state, unseenEnd: 'still-runs'}};
  if (found.unseen !== undefined) return job;
  const {message} = state;
  const known = message === lostText('wrapper', false) ? lostText('wrapper', true) : message;
  const unseenEnd = endBetween(aliveAt, now);
  return {
    ...job,
    aliveAt: undefined,
    state: {...state, unseenEnd, ...(known === undefined ? {} : {message: known})},
  };
}
