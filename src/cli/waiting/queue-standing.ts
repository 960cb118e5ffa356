/** For what queued jobs wait, as their coordinator tells it. Asked only when there is a queued job, and starts none. */
import {codeOf, keyText, messageOf} from '../../base/index.ts';
import type {Client, Queue} from '../../coordinator/client/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {visible} from '../output/visible.ts';
import {say} from '../output/write.ts';
import {countBehind, waitText} from './queue-text.ts';

export interface QueueStanding {
  /** From 1; null where nobody could tell. */
  readonly position: number | null;
  /** How many jobs run or start before it. */
  readonly behind: number | null;
  /** Jobs that have a place now, not more than some. */
  readonly waitingFor: readonly {
    readonly invocation_id: string;
    readonly name: string;
    readonly directory: string;
  }[];
  /** What has to happen before it starts, in words. */
  readonly reason: string;
}

/** Undefined for a job that does not wait. */
export type StandingOf = (job: ListedJob) => QueueStanding | undefined;

/** Never rejects. */
export async function queueStandings(
  state: string | undefined,
  jobs: readonly ListedJob[],
): Promise<StandingOf> {
  const first = jobs.find(isQueued);
  if (state === undefined || first === undefined) return () => undefined;
  const isOfOne = jobs.every(({repo}) => repo === first.repo);
  const {queue, unknown} = await asked(state, isOfOne ? first.repo : undefined);
  const positions = new Map(queue?.waiting.map(job => [keyText(job), job.position]));
  return job => {
    if (!isQueued(job)) return undefined;
    const position = positions.get(keyText(keyOfListed(job)));
    return queue === undefined || position === undefined
      ? {position: null, behind: null, waitingFor: [], reason: unknown ?? ABOUT_TO_START}
      : standing(queue, position, directoryOf(job));
  };
}

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
      return its === undefined || its.reason === ABOUT_TO_START ? [] : {job, its};
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

function isQueued({state, elsewhere, unreadable}: ListedJob): boolean {
  return state.status === 'queued' && elsewhere === undefined && unreadable === undefined;
}

function directoryOf({row}: ListedJob): string {
  return row.worktree ?? row.cwd;
}

function standing(queue: Queue, position: number, directory: string): QueueStanding {
  return {
    position,
    behind: countBehind(queue, position),
    waitingFor: queue.running_jobs.map(job => ({
      invocation_id: job.invocation,
      name: job.name,
      directory: job.directory,
    })),
    reason: waitText(queue, position, directory),
  };
}

async function asked(
  state: string,
  repo: ListedJob['repo'] | undefined,
): Promise<{readonly queue?: Queue; readonly unknown?: string}> {
  let client: Client | undefined;
  try {
    const {Client} = await import('../../coordinator/client/index.ts');
    client = new Client({state});
    const queue = await client.queue(repo);
    return queue === undefined ? {unknown: NO_COORDINATOR} : {queue};
  } catch (error) {
    if (codeOf(error) === 'BAD_REQUEST') return {unknown: CANNOT_TELL};
    return {unknown: `for what it waits cannot be known: ${messageOf(error)}`};
  } finally {
    client?.close();
  }
}

const ABOUT_TO_START = 'it is about to start';
const NO_COORDINATOR = 'no coordinator runs, and the next one starts it';
const CANNOT_TELL = 'the coordinator is of an earlier version and does not tell for what it waits';
