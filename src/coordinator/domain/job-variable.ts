import type {JobSpec} from './job-spec.ts';

/** The variable by which a job can find out which it is, and by which its processes can be told from others. */
export const JOB_VARIABLE = 'STINT_JOB_ID';

/** `STINT_JOB_ID=<invocation>:<name>`. */
export function jobVariable(spec: JobSpec): string {
  return `${JOB_VARIABLE}=${spec.invocation.id}:${spec.name}`;
}
