/** What a waiting for jobs came to. */
import type {JobKey} from '../../base/index.ts';
import type {Host} from '../jobs/host.ts';
import {lookAgain} from '../jobs/look.ts';
import type {Answer} from './answer.ts';
import {jobAnswer, jobsAnswer} from './job-answer.ts';

/** Of one job also what it wrote when it completed. */
export async function waitAnswer(host: Host, keys: readonly JobKey[], timedOut: boolean): Promise<Answer> {
  const jobs = await lookAgain(host, keys);
  const [only] = jobs;
  if (only === undefined || jobs.length > 1)
    return jobsAnswer(jobs, {text: timedOut ? GO_ON : undefined, timed_out: timedOut});
  return jobAnswer(only, ({text, structured}) => ({
    text: timedOut ? `${text}\n${GO_ON}` : text,
    structured: {jobs: [structured], timed_out: timedOut},
  }));
}

const GO_ON =
  'The waiting reached its limit; what has not ended goes on. Wait again, or do something else first.';
