/** In words: what a job that has ended left behind. */
import {shellWord, visible} from '../../base/index.ts';
import type {NamedProcess} from '../../coordinator/domain/index.ts';
import type {Leftovers, ListedJob} from '../../coordinator/reader/index.ts';
import {addressText} from '../../jobs/index.ts';

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
