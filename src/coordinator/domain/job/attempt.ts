/** The attempts of a job. A submission makes the first one of each. */
import type {JobKey} from '../../../base/index.ts';
import type {Job} from './job.ts';
import type {JobSpec} from './job-spec.ts';

/** What is the same in all attempts of a job. */
export type AskedJob = Omit<JobSpec, 'format' | 'attempt' | 'background' | 'group'>;

const FIRST = 1;

export function firstAttempt(job: Omit<JobKey, 'attempt'>): JobKey {
  return {...job, attempt: FIRST};
}

/** An attempt before it is started. Every spec is made here, with its keys in the order that they have in `spec.json`. */
export function queuedAttempt(
  {repo, place, invocation, number, name, command, commandText, cwd, umask, tags, ...settings}: AskedJob,
  attempt = FIRST,
): Job {
  return {
    spec: {
      format: 1,
      repo,
      place,
      invocation,
      number,
      name,
      attempt,
      command,
      commandText,
      cwd,
      umask,
      tags,
      background: true,
      group: null,
      ...settings,
    },
    state: {status: 'queued'},
  };
}
