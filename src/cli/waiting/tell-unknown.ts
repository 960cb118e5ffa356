/** Jobs of which nothing can be known, because their directories cannot be looked at. */
import {isUnknown, keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {fileProblem} from '../../platform/index.ts';
import {visible} from '../output/visible.ts';
import {say} from '../output/write.ts';

/** Says of each why; tells which they are. */
export function tellUnknown(jobs: readonly ListedJob[]): ListedJob[] {
  const unknown = jobs.filter(isUnknown);
  for (const job of unknown) {
    const {invocation, name} = keyOfListed(job);
    say(visible(`${invocation}:${name} cannot be looked at: ${fileProblem(job.unreadable)}`));
  }
  return unknown;
}
