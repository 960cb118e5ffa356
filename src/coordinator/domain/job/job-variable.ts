import type {JobKey} from '../../../base/index.ts';
import {type ByteString, toBytes} from './byte-string.ts';
import {keyOf} from './job-key.ts';
import type {JobSpec} from './job-spec.ts';

/** The variable by which a job can find out which it is, and by which its processes can be told from others. */
export const JOB_VARIABLE = 'STINT_JOB_ID';

/** Where a job may report its progress; the second is what another tool honours. */
const PROGRESS_VARIABLES = ['STINT_PROGRESS_JSONL', 'CASS_SEMANTIC_PROGRESS_JSONL'] as const;

/** Variables that belong to one job: one that is submitted from within another does not inherit them. */
export const OWN_VARIABLES: ReadonlySet<string> = new Set([
  JOB_VARIABLE,
  ...PROGRESS_VARIABLES,
  'STINT_PROGRESS_RUN_ID',
]);

/** `STINT_JOB_ID=<invocation>:<name>`, and `@<attempt>` from the second on: what one attempt left behind is not of the next one. */
export function jobVariable({invocation, name, attempt}: Omit<JobKey, 'repo'>): string {
  return `${JOB_VARIABLE}=${invocation}:${name}${attempt === 1 ? '' : `@${attempt}`}`;
}

/** What the environment of a job tells it about itself. */
export function ownVariables(spec: JobSpec, progressPath: string): string[] {
  return [jobVariable(keyOf(spec)), ...PROGRESS_VARIABLES.map(name => `${name}=${progressPath}`)];
}

/** What another attempt of a job gets of the environment of the one before. */
export function withoutOwnVariables(environment: readonly ByteString[]): ByteString[] {
  return environment.filter(entry => {
    const bytes = toBytes(entry);
    return !OWN_VARIABLES.has(bytes.toString('latin1', 0, bytes.indexOf('=', 1)));
  });
}
