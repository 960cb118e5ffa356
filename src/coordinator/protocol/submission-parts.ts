/**
 * What a submission may hold that a coordinator must not pass over, as an earlier version would: it would start a job that should
 * wait, or where it should not, or let it run on. Whoever submits compares these with what a coordinator says that it `knows`.
 */
import type {WireSubmission} from './requests.ts';

export const SUBMISSION_PARTS = [
  'if_running',
  'job_directory',
  'needs',
  'timeout',
  'retries',
  'max_memory',
] as const;

export type SubmissionPart = (typeof SUBMISSION_PARTS)[number];

/** Those that this submission holds. */
export function partsOf({if_running = 'allow', jobs}: WireSubmission): readonly SubmissionPart[] {
  const holds: Readonly<Record<SubmissionPart, boolean>> = {
    if_running: if_running !== 'allow',
    job_directory: jobs.some(({cwd, umask}) => cwd !== undefined || umask !== undefined),
    needs: jobs.some(({needs = []}) => needs.length > 0),
    timeout: jobs.some(({timeout_ms}) => (timeout_ms ?? null) !== null),
    retries: jobs.some(({retries = 0}) => retries > 0),
    max_memory: jobs.some(({max_memory_bytes}) => (max_memory_bytes ?? null) !== null),
  };
  return SUBMISSION_PARTS.filter(part => holds[part]);
}
