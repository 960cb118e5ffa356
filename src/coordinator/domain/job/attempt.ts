/** The attempts of a job. A submission makes the first one of each. */
import type {JobKey} from '../../../base/index.ts';
import type {Job} from './job.ts';
import type {JobSpec} from './job-spec.ts';

/** What is the same in all attempts of a job. */
export type AskedJob = Omit<JobSpec, 'format' | 'attempt' | 'background' | 'notBefore'>;

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
      format: formatOf(settings),
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
      notBefore: null,
      ...settings,
    },
    state: {status: 'queued'},
  };
}

/** The attempt behind one that failed, which starts no sooner than at `notBefore`, Unix milliseconds. */
export function furtherAttempt(failed: JobSpec, number: number, notBefore: number): Job {
  const spec = {...failed, number, attempt: failed.attempt + 1, notBefore};
  return {spec, state: {status: 'queued'}};
}

/** What of a spec an earlier version must not pass over. */
function formatOf({
  needs,
  timeoutMs,
  maxMemoryBytes,
  retries,
}: Pick<JobSpec, 'needs' | 'timeoutMs' | 'maxMemoryBytes' | 'retries'>): JobSpec['format'] {
  return needs.length > 0 || timeoutMs !== null || maxMemoryBytes !== null || retries > 0 ? 2 : 1;
}
