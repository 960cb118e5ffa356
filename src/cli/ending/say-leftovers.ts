import {visible} from '../../base/index.ts';
import {type ListedJob, lookForLeftovers} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import {say} from '../output/write.ts';
import {processesText, toEndText} from './leftovers-text.ts';

/** Says on stderr what of these jobs is left, and how to end it. */
export async function sayLeftovers(state: string | undefined, jobs: readonly ListedJob[]): Promise<void> {
  const leftoversOf = await lookForLeftovers(state, jobs, systemClock);
  for (const job of jobs) {
    const {processes = []} = leftoversOf(job) ?? {};
    if (processes.length > 0)
      say(
        `${visible(job.name)} left ${processesText(processes)} behind. To end what is left: ${toEndText(job)}`,
      );
  }
}
