/** Looks whether the logs of jobs are still there, as long as they were recorded. */
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {type LogLoss, lossOf} from '../../logs/log-loss.ts';
import type {Finding} from './finding.ts';

const MOST_NAMED = 5;

/** One finding for each kind of loss, however many jobs. */
export function checkJournals(jobs: readonly ListedJob[]): Finding[] {
  const found = jobs.flatMap(job => {
    const loss = lossOf(job);
    return loss === undefined ? [] : {job, loss};
  });
  return KINDS.flatMap(([kind, what, hint]) => {
    const some = found.filter(({loss}) => loss.kind === kind);
    if (some.length === 0) return [];
    const rest = some.length > MOST_NAMED ? ', …' : '';
    const named = some.slice(0, MOST_NAMED).map(({job}) => `${job.row.invocation_id}:${job.row.name}`);
    const {level, about} = {level: 'note', about: 'log'} as const;
    return {level, about, message: `${what}: ${named.join(', ')}${rest}`, hint};
  });
}

const KINDS: readonly (readonly [LogLoss['kind'], string, string])[] = [
  ['gone', 'logs that are gone', 'How the jobs ended is still known. Somebody removed or emptied the files.'],
  [
    'short',
    'logs that are not whole',
    'Somebody cut the files, or removed some: stint logs tells how much is left.',
  ],
  ['awaited', 'logs that were removed while the job runs', 'A coordinator records what it wrote again.'],
  ['output', 'jobs of which output is lost', 'Run: stint status <job>   (it says what)'],
];
