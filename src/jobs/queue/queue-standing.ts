/** For what queued jobs wait, as their coordinator tells it. Asked only when there is a queued job, and starts none. */
import {codeOf, keyText, messageOf} from '../../base/index.ts';
import type {Client, Queue} from '../../coordinator/client/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import type {NeededFirst, WaitedFor} from '../view/job-view.ts';
import {countBehind, isBlocked, type WaitingPlace, waitText} from './wait-text.ts';

export interface QueueStanding {
  /** From 1; null where nobody could tell. */
  readonly position: number | null;
  /** How many jobs run or start before it. */
  readonly behind: number | null;
  /** Jobs that have a place now, not more than some. */
  readonly waitingFor: readonly WaitedFor[];
  /** What has to happen before it starts, in words. */
  readonly reason: string;
  /** The same as a word of the protocol: `limit`, `group`, `held`, `need`, `attempt` or `backoff`; null where nobody could tell. */
  readonly why: string | null;
  /** Of one that is tried again: when, Unix milliseconds. */
  readonly until: number | null;
  /** The jobs that have to end first, not more than some. */
  readonly needs: readonly NeededFirst[];
  /** Nothing has to: it is about to. */
  readonly isNext: boolean;
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
  const waiting = new Map(queue?.waiting.map(job => [keyText(job), job]));
  return job => {
    if (!isQueued(job)) return undefined;
    const place = waiting.get(keyText(keyOfListed(job)));
    return queue === undefined || place === undefined
      ? {
          position: null,
          behind: null,
          waitingFor: [],
          reason: unknown ?? ABOUT_TO_START,
          ...UNTOLD,
          isNext: unknown === undefined,
        }
      : standing(queue, place, directoryOf(job));
  };
}

function isQueued({state, elsewhere, unreadable}: ListedJob): boolean {
  return state.status === 'queued' && elsewhere === undefined && unreadable === undefined;
}

function directoryOf({row}: ListedJob): string {
  return row.worktree ?? row.cwd;
}

function standing(queue: Queue, place: WaitingPlace, directory: string): QueueStanding {
  const standing = {reason: waitText(queue, place, directory), ...told(place), isNext: false};
  if (isBlocked(place)) return {position: null, behind: null, waitingFor: [], ...standing};
  const {position} = place;
  return {
    ...standing,
    position,
    behind: countBehind(queue, position),
    waitingFor: queue.running_jobs.map(job => ({
      invocation_id: job.invocation,
      name: job.name,
      directory: job.directory,
    })),
  };
}

const UNTOLD = {why: null, until: null, needs: []} as const;

function told({reason}: WaitingPlace): Pick<QueueStanding, 'why' | 'until' | 'needs'> {
  if (reason === undefined) return UNTOLD;
  const needs = (reason.needs ?? []).map(({invocation, name, end}) => ({
    invocation_id: invocation,
    name,
    end,
  }));
  return {why: reason.why, until: reason.until_ms ?? null, needs};
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
