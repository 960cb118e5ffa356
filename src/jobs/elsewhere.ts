/** Jobs that run in another pid namespace or on another machine, which only a coordinator there can look after. */
import {join} from 'node:path';

import {spaceText, visible} from '../base/index.ts';
import {JOB_FILES, watchWrapper} from '../coordinator/adapters/index.ts';
import type {Client} from '../coordinator/client/index.ts';
import {runsElsewhere} from '../coordinator/domain/index.ts';
import type {ListedJob} from '../coordinator/reader/index.ts';

/** Where it runs, in words, if that is not here. */
export function elsewhereText({elsewhere}: ListedJob): string | undefined {
  return elsewhere && spaceText(elsewhere.space, elsewhere.whereabouts);
}

/**
 * Throws `RUNS_ELSEWHERE` for a job that does, unless a coordinator answers, which may be the one of that place. None is
 * started to find that out.
 */
export async function refuseElsewhere(client: Client, {name, elsewhere}: ListedJob): Promise<void> {
  if (elsewhere !== undefined && (await client.health()) === undefined)
    throw runsElsewhere(visible(name), elsewhere);
}

/**
 * Resolves when more can be had of the job than what is recorded by now. The end of a job of another pid namespace is seen
 * here without a coordinator: one that is started here for that would keep the lock from its own. Rejects for a job of
 * another machine with `RUNS_ELSEWHERE`, unless a coordinator answers, and at an abort.
 */
export async function untilWithinReach(client: Client, job: ListedJob, signal: AbortSignal): Promise<void> {
  if (job.elsewhere === undefined) return;
  if (job.elsewhere.whereabouts === 'elsewhere') return refuseElsewhere(client, job);
  await new Promise<void>((resolve, reject) => {
    const unwatch = watchWrapper(join(job.directory, JOB_FILES.alive), resolve);
    const stop = () => {
      unwatch();
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, {once: true});
  });
}
