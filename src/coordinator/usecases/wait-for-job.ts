import {type JobKey, keyText} from '../../base/index.ts';
import {isEnded, isOver, type JobSummary, keyOf, runsElsewhere} from '../domain/index.ts';
import {type FindJob, knownJob} from './known-job.ts';
import {lastAttempt, seriesText} from './last-attempt.ts';
import type {Supervisor} from './supervisor.ts';

export interface WaitForJobParts {
  readonly find: FindJob;
  readonly supervisor: Pick<Supervisor, 'findLeft' | 'isGone' | 'over' | 'endings'>;
}

/**
 * Resolves with a job once it is over, or gone; never after `signal` is aborted. Rejects with `JOB_NOT_FOUND`, and
 * with `RUNS_ELSEWHERE` where its end cannot be seen from here.
 */
export async function waitForJob(
  {find, supervisor}: WaitForJobParts,
  key: JobKey,
  until: 'finished' | 'gone',
  signal: AbortSignal,
): Promise<JobSummary> {
  const job = (until === 'gone' ? undefined : lastAttempt(find, key)) ?? knownJob(find, key);
  const left = isEnded(job.state) ? undefined : supervisor.findLeft(keyOf(job.spec));
  if (left?.whereabouts === 'elsewhere') throw runsElsewhere(key.name, left);
  if (until === 'gone' ? supervisor.isGone(key) : isOver(job)) return job;
  return new Promise(resolve => {
    const listeners = until === 'gone' ? supervisor.endings.gone : supervisor.over;
    const giveUp = listeners.add(until === 'gone' ? keyText(key) : seriesText(key), ended => {
      signal.removeEventListener('abort', giveUp);
      resolve(ended);
    });
    signal.addEventListener('abort', giveUp, {once: true});
  });
}
