/** In words: what a job that has ended left behind. */
import {shellWord} from '../../base/index.ts';
import type {NamedProcess} from '../../coordinator/domain/index.ts';
import {type Leftovers, type ListedJob, lookForLeftovers} from '../../coordinator/reader/index.ts';
import {addressText} from '../../jobs/index.ts';
import {systemClock} from '../../platform/index.ts';
import {visible} from '../output/visible.ts';
import {say} from '../output/write.ts';

/** `process 4242 (sleep)`, `processes 4242 (sleep) and 2 more`. */
export function processesText(processes: readonly NamedProcess[]): string {
  const named = processes.slice(0, MOST_NAMED).map(({pid, command}) => `${pid} (${visible(command)})`);
  const more = processes.length - named.length;
  const all = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${processes.length === 1 ? 'process' : 'processes'} ${all}`;
}

const MOST_NAMED = 10;

export const UNSEEN_TEXT: Readonly<Record<NonNullable<Leftovers['unseen']>, string>> = {
  other_users: 'processes of other users that began while it ran cannot be looked at',
  everything: 'this system does not tell who uses a file (no lsof)',
};

/** The command that ends them. */
export function toEndText({invocation, name}: Pick<ListedJob, 'invocation' | 'name'>): string {
  return `stint cancel --leftovers ${shellWord(addressText(invocation, name))}`;
}

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
