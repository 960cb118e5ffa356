/** What is said of jobs that wait for their turn. */

import {visible} from '../../base/index.ts';
import type {Queue} from '../../coordinator/client/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {queueStandings, type ViewedJob, waitText} from '../../jobs/index.ts';
import {say} from '../output/write.ts';

/** Says on stderr what has to happen before these jobs start, where some of them wait. */
export async function sayQueued(state: string | undefined, jobs: readonly ListedJob[]): Promise<void> {
  const standingOf = await queueStandings(state, jobs);
  const text = queuedText(jobs.map(job => ({job, queue: standingOf(job)})));
  if (text !== undefined) say(text);
}

/** One sentence about all of these that wait; undefined where none does. */
export function queuedText(jobs: readonly Pick<ViewedJob, 'job' | 'queue'>[]): string | undefined {
  const waiting = jobs
    .flatMap(({job, queue}) => (queue === undefined || queue.isNext ? [] : {job, queue}))
    .sort((one, other) => (one.queue.position ?? LAST) - (other.queue.position ?? LAST));
  const [first] = waiting;
  if (first === undefined) return undefined;
  const subject =
    waiting.length === 1
      ? `${visible(first.job.name)} is queued`
      : `${waiting.length} jobs are queued, first of them ${visible(first.job.name)}`;
  return `${subject}${joined(first.queue.reason)}`;
}

/** Nobody knows when its turn is. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Of a job that was submitted just now; undefined where it does not wait. */
export function submittedText(
  name: string,
  queue: Queue | null | undefined,
  directory: string,
): string | undefined {
  const place = queue?.waiting.find(each => each.name === name);
  if (!queue || place === undefined) return undefined;
  return `${visible(name)} is queued${joined(waitText(queue, place, directory))}`;
}

function joined(reason: string): string {
  return /^(behind|after) /.test(reason) ? ` ${reason}` : `: ${reason}`;
}
