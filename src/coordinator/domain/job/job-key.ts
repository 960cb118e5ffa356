import type {JobKey} from '../../../base/index.ts';
import type {JobSpec} from './job-spec.ts';

/** The key of the job that a spec describes. */
export function keyOf({repo, invocation, name, attempt}: JobSpec): JobKey {
  return {repo, invocation: invocation.id, name, attempt};
}
