/** What the doctor says of jobs that are not closed: each of a few, and of many how many there are. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {JOB_FILES} from '../../../coordinator/adapters/index.ts';
import {GIVE_UP, isEnded} from '../../../coordinator/domain/index.ts';
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {elsewhereText} from '../../../jobs/index.ts';
import type {Finding} from './finding.ts';
import {unreadableFinding} from './unreadable.ts';

/** More jobs of one kind are summed up. */
const MOST_TOLD = 10;
const MOST_NAMED = 5;

export function jobFindings(jobs: readonly ListedJob[]): Finding[] {
  const unreadable = jobs.filter(job => job.unreadable !== undefined);
  const lost = jobs.filter(job => !unreadable.includes(job) && isLost(job));
  const others = jobs.filter(job => !unreadable.includes(job) && !lost.includes(job));
  const kinds = [...new Set(others.map(kindOf))];
  return [
    ...unreadable.map(job => unreadableFinding(`${nameOf(job)} cannot be looked at`, job.unreadable)),
    ...lostJobs(lost),
    ...kinds.flatMap(kind =>
      describe(
        kind,
        others.filter(job => kindOf(job) === kind),
      ),
    ),
  ];
}

/** One of them is there from the submission, the other as long as the job runs. */
const OF_A_JOB = [JOB_FILES.spec, JOB_FILES.exit];

function isLost({directory}: ListedJob): boolean {
  return OF_A_JOB.every(file => !existsSync(join(directory, file)));
}

function lostJobs(jobs: readonly ListedJob[]): Finding[] {
  if (jobs.length > MOST_TOLD) {
    const message = `${jobs.length} jobs have no directory any more: ${namesOf(jobs)}`;
    const hint = 'Their output is lost. The commands go on; how they end cannot be known any more.';
    return [{level: 'problem', about: 'jobs', message, hint}];
  }
  const hint =
    'The command goes on; how it ends cannot be known any more. Its output is lost, but for what a coordinator had open.';
  return jobs.map(job => {
    const rest = existsSync(job.directory) ? ': only its log was made anew' : '';
    const message = `${nameOf(job)} has no directory any more${rest}`;
    return {level: 'problem', about: 'job', message, hint};
  });
}

function describe(kind: string, jobs: readonly ListedJob[]): Finding[] {
  const [first] = jobs;
  const level = first?.elsewhere === undefined ? 'ok' : 'note';
  const hint = first && hintFor(first);
  const more = hint === undefined ? {} : {hint};
  if (jobs.length > MOST_TOLD)
    return [{level, about: 'jobs', message: `${jobs.length} ${kind}: ${namesOf(jobs)}`, ...more}];
  return jobs.map(job => ({level, about: 'job', message: `${nameOf(job)} ${kind}`, ...more}));
}

/** Its status, and where it runs if that is not here. */
function kindOf(job: ListedJob): string {
  const {row, state} = job;
  const status =
    isEnded(state) && row.finished_at === null ? `${state.status}, not recorded yet` : state.status;
  const where = elsewhereText(job);
  return where === undefined ? status : `${status} ${where}`;
}

function hintFor({elsewhere}: ListedJob): string | undefined {
  if (elsewhere === undefined) return undefined;
  return `Only a coordinator there can look after it.${elsewhere.whereabouts === 'elsewhere' ? ` ${GIVE_UP}` : ''}`;
}

function nameOf({row}: ListedJob): string {
  return `${row.invocation_id}:${row.name}`;
}

function namesOf(jobs: readonly ListedJob[]): string {
  const more = jobs.length - MOST_NAMED;
  return `${jobs.slice(0, MOST_NAMED).map(nameOf).join(', ')} and ${more} more`;
}
