import type {JobKey} from '../../../base/index.ts';
import type {SpecSummary} from './job-spec.ts';

/** The key of the job that a spec is about. */
export function keyOf({repo, invocation, name, attempt}: SpecSummary): JobKey {
  return {repo, invocation: invocation.id, name, attempt};
}

/** Whether a spec is about that job. Many are asked: it builds no text. */
export function isOf({repo, invocation, name, attempt}: SpecSummary, key: JobKey): boolean {
  return (
    name === key.name && invocation.id === key.invocation && attempt === key.attempt && repo === key.repo
  );
}
