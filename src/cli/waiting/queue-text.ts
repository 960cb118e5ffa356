/** What is said of jobs that wait for their turn. */

import type {Queue} from '../../coordinator/client/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {queueStandings, type ViewedJob, waitText} from '../../jobs/index.ts';
import {visible} from '../output/visible.ts';
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
    .sort((one, other) => (one.queue.position ?? 0) - (other.queue.position ?? 0));
  const [first] = waiting;
  if (first === undefined) return undefined;
  const subject =
    waiting.length === 1
      ? `${visible(first.job.name)} is queued`
      : `${waiting.length} jobs are queued, first of them ${visible(first.job.name)}`;
  return `${subject}${joined(first.queue.reason)}`;
}

/** Of a job that was submitted just now; undefined where it does not wait. */
export function submittedText(
  name: string,
  queue: Queue | null | undefined,
  directory: string,
): string | undefined {
  const position = queue?.waiting.find(each => each.name === name)?.position;
  if (!queue || position === undefined) return undefined;
  return `${visible(name)} is queued${joined(waitText(queue, position, directory))}`;
}

function joined(reason: string): string {
  return reason.startsWith('behind ') ? ` ${reason}` : `: ${reason}`;
}
