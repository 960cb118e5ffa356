/** What is said of jobs that wait for their turn. */

import {visible} from '../../base/index.ts';
import type {Queue} from '../../coordinator/client/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {queueStandings, type StandingOf, waitText} from '../../jobs/index.ts';
import {say} from '../output/write.ts';

/** Says on stderr what has to happen before these jobs start, where some of them wait. */
export async function sayQueued(state: string | undefined, jobs: readonly ListedJob[]): Promise<void> {
  const text = queuedText(jobs, await queueStandings(state, jobs));
  if (text !== undefined) say(text);
}

/** One sentence about all of these that wait; undefined where none does. */
export function queuedText(jobs: readonly ListedJob[], standingOf: StandingOf): string | undefined {
  const waiting = jobs
    .flatMap(job => {
      const its = standingOf(job);
      return its === undefined || its.isNext ? [] : {job, its};
    })
    .sort((one, other) => (one.its.position ?? 0) - (other.its.position ?? 0));
  const [first] = waiting;
  if (first === undefined) return undefined;
  const subject =
    waiting.length === 1
      ? `${visible(first.job.name)} is queued`
      : `${waiting.length} jobs are queued, first of them ${visible(first.job.name)}`;
  return `${subject}${joined(first.its.reason)}`;
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
