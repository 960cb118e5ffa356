import type {JobKey} from '../../../base/index.ts';
import type {SpecSummary} from './job-spec.ts';

/** The key of the job that a spec is about. */
export function keyOf({repo, invocation, name, attempt}: SpecSummary): JobKey {
  return {repo, invocation: invocation.id, name, attempt};
}
