/** Tells what jobs that have ended left behind. */
import type {LeftoversOf, ListedJob} from '../../../coordinator/reader/index.ts';
import {processesText, toEndText} from '../../ending/leftovers-text.ts';
import {visible} from '../../output/visible.ts';
import type {Finding} from './finding.ts';

const MOST_JOBS = 20;

/** One finding for each of so many jobs, and one for the rest. */
export function checkLeftovers(jobs: readonly ListedJob[], leftoversOf: LeftoversOf): Finding[] {
  const found = jobs.flatMap(job => {
    const processes = leftoversOf(job)?.processes ?? [];
    return processes.length === 0 ? [] : {job, processes};
  });
  const told = found.slice(0, MOST_JOBS).map(({job, processes}): Finding => {
    const name = visible(`${job.invocation}:${job.name}`);
    const message = `${name} is ${job.state.status} and left ${processesText(processes)} behind`;
    return {level: 'note', about: 'left', message, hint: `To end what is left: ${toEndText(job)}`};
  });
  const more = found.length - told.length;
  if (more === 0) return told;
  const rest = `${more} more jobs left processes behind`;
  return [...told, {level: 'note', about: 'left', message: rest, hint: 'Run: stint ls --all --json'}];
}
