/** Tells jobs to end, one by one; those that filters fit the coordinator itself looks for (`Client.cancelMatching`). */
import {parseProcessSpace, StintError, spaceText} from '../../base/index.ts';
import type {Cancelled, Client} from '../../coordinator/client/index.ts';
import {isUnknown, keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {refuseElsewhere} from '../elsewhere.ts';

export interface CancelReport {
  /** Its `jobs` are worth waiting for. */
  readonly cancelled: Cancelled;
  /** Why others could not be told. */
  readonly failures: readonly unknown[];
}

/** Those that are closed are left as they are. */
export async function cancelJobs(
  client: Client,
  jobs: readonly ListedJob[],
  graceMs: number,
): Promise<CancelReport> {
  const open = jobs.filter(({row}) => row.closed_at === null);
  const unknown = jobs.filter(isUnknown);
  const tried = await Promise.allSettled(open.map(job => cancelOne(client, job, graceMs, open.length > 1)));
  const all = tried.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
  const elsewhere = all.flatMap(each => each.elsewhere ?? []);
  // Also those that have ended, for what an earlier cancel does not leave of them; the end of one that cannot be looked at
  // may never be seen.
  const awaited = open.filter((job, at) => {
    const answer = tried[at];
    return answer?.status === 'fulfilled' && answer.value.elsewhere === undefined && !unknown.includes(job);
  });
  return {
    cancelled: {
      count: all.reduce((sum, {count}) => sum + count, 0),
      names: all.flatMap(({names}) => names),
      jobs: awaited.map(keyOfListed),
      refused: all.flatMap(({refused = []}) => refused),
      ...(elsewhere.length === 0 ? {} : {elsewhere}),
    },
    failures: [
      ...unknown.map(({unreadable}) => unreadable),
      ...tried.flatMap(each => (each.status === 'rejected' ? [each.reason] : [])),
    ],
  };
}

/** `isOneOfSeveral`: that it runs elsewhere keeps the others from nothing. */
async function cancelOne(
  client: Client,
  job: ListedJob,
  graceMs: number,
  isOneOfSeveral: boolean,
): Promise<Cancelled> {
  try {
    await refuseElsewhere(client, job);
    return await client.cancel(keyOfListed(job), {graceMs});
  } catch (error) {
    if (!isOneOfSeveral || !(error instanceof StintError) || error.code !== 'RUNS_ELSEWHERE') throw error;
    const space = parseProcessSpace(error.details);
    const where = space === undefined ? 'elsewhere' : spaceText(space, 'beside');
    return {count: 0, names: [], jobs: [], elsewhere: [{name: `${job.invocation}:${job.name}`, where}]};
  }
}
