/** What the doctor says of jobs that are not closed: each of a few, and of many how many there are. */
import {existsSync} from 'node:fs';

import type {ListedJob} from '../../coordinator/adapters/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import type {Finding} from './finding.ts';

/** More jobs of one kind are summed up. */
const MOST_TOLD = 10;
const MOST_NAMED = 5;

export function jobFindings(jobs: readonly ListedJob[]): Finding[] {
  const lost = jobs.filter(({directory}) => !existsSync(directory));
  const others = jobs.filter(job => !lost.includes(job));
  const statuses = [...new Set(others.map(statusOf))];
  return [
    ...lostJobs(lost),
    ...statuses.flatMap(status =>
      describe(
        status,
        others.filter(job => statusOf(job) === status),
      ),
    ),
  ];
}

function lostJobs(jobs: readonly ListedJob[]): Finding[] {
  if (jobs.length > MOST_TOLD) {
    const message = `${jobs.length} jobs have no directory any more: ${namesOf(jobs)}`;
    const hint = 'Their output is lost. The commands go on; how they end cannot be known any more.';
    return [{level: 'problem', about: 'jobs', message, hint}];
  }
  const hint = 'Its output is lost. The command goes on; how it ends cannot be known any more.';
  return jobs.map(job => {
    return {level: 'problem', about: 'job', message: `${nameOf(job)} has no directory any more`, hint};
  });
}

function describe(status: string, jobs: readonly ListedJob[]): Finding[] {
  if (jobs.length > MOST_TOLD)
    return [{level: 'ok', about: 'jobs', message: `${jobs.length} ${status}: ${namesOf(jobs)}`}];
  return jobs.map(job => ({level: 'ok', about: 'job', message: `${nameOf(job)} ${status}`}));
}

function statusOf({row, state}: ListedJob): string {
  return isEnded(state) && row.finished_at === null ? `${state.status}, not recorded yet` : state.status;
}

function nameOf({row}: ListedJob): string {
  return `${row.invocation_id}:${row.name}`;
}

function namesOf(jobs: readonly ListedJob[]): string {
  const more = jobs.length - MOST_NAMED;
  return `${jobs.slice(0, MOST_NAMED).map(nameOf).join(', ')} and ${more} more`;
}
