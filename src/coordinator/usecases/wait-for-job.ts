import type {JobKey} from '../../base/index.ts';
import {isEnded, type Job, runsElsewhere} from '../domain/index.ts';
import {type FindJob, knownJob} from './known-job.ts';
import type {Supervisor} from './supervisor.ts';

export interface WaitForJobParts {
  readonly find: FindJob;
  readonly supervisor: Pick<Supervisor, 'findLeft' | 'isGone' | 'waiters' | 'goneWaiters'>;
}

/**
 * Resolves with a job once it is finished, or gone; never after `signal` is aborted. Rejects with `JOB_NOT_FOUND`, and
 * with `RUNS_ELSEWHERE` where its end cannot be seen from here.
 */
export async function waitForJob(
  {find, supervisor}: WaitForJobParts,
  key: JobKey,
  until: 'finished' | 'gone',
  signal: AbortSignal,
): Promise<Job> {
  const job = knownJob(find, key);
  const left = isEnded(job.state) ? undefined : supervisor.findLeft(key);
  if (left?.whereabouts === 'elsewhere') throw runsElsewhere(key.name, left);
  if (until === 'gone' ? supervisor.isGone(key) : isEnded(job.state)) return job;
  return new Promise(resolve => {
    const waiters = until === 'gone' ? supervisor.goneWaiters : supervisor.waiters;
    const giveUp = waiters.add(key, ended => {
      signal.removeEventListener('abort', giveUp);
      resolve(ended);
    });
    signal.addEventListener('abort', giveUp, {once: true});
  });
}
