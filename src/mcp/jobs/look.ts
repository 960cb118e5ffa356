/** Jobs as they are now, for an answer. */
import type {JobKey} from '../../base/index.ts';
import {StintError} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {attend, catchUp, lastListed, type ViewedJob, viewJobs} from '../../jobs/index.ts';
import {findStateDirectory, systemMoment} from '../../platform/index.ts';
import type {Host} from './host.ts';

export interface LookOptions {
  /** Also what their processes use, and what ended ones left behind. */
  readonly leftovers?: boolean;
}

/** As their last attempts are. Those that cannot be read any more are left out. */
export async function lookAgain(
  {state: told}: Host,
  keys: readonly JobKey[],
  options?: LookOptions,
): Promise<readonly ViewedJob[]> {
  const state = findStateDirectory(told);
  const jobs = state === undefined ? [] : keys.flatMap(key => lastListed(state, key) ?? []);
  return viewJobs(state, jobs, systemMoment(), options);
}

/** Rejects with `NO_MATCH` where it is gone by now. */
export async function lookAgainAtOne(host: Host, key: JobKey, options?: LookOptions): Promise<ViewedJob> {
  const [viewed] = await lookAgain(host, [key], options);
  if (viewed === undefined)
    throw new StintError('NO_MATCH', `${key.invocation}:${key.name} was removed meanwhile.`);
  return viewed;
}

/** As they were just read. */
export function viewed(
  {state}: Host,
  jobs: readonly ListedJob[],
  options?: LookOptions,
): Promise<readonly ViewedJob[]> {
  return viewJobs(findStateDirectory(state), jobs, systemMoment(), options);
}

/** Sees to it that a coordinator looks after what has not ended. Never rejects. */
export async function attended({state: told, notify}: Host, jobs: readonly ListedJob[]): Promise<void> {
  const state = findStateDirectory(told);
  if (state !== undefined) await attend(state, jobs.filter(isWithinReach), notify);
}

/** The same, and waits a little until the log of one that has ended is complete. */
export async function caughtUp({state: told, notify}: Host, jobs: readonly ListedJob[]): Promise<void> {
  const state = findStateDirectory(told);
  if (state !== undefined) await catchUp(state, jobs.filter(isWithinReach), notify);
}

/** A coordinator that is started here for others would only keep the lock from their own. */
function isWithinReach({elsewhere}: ListedJob): boolean {
  return elsewhere === undefined;
}
