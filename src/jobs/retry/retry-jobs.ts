/** The door for programs: jobs are run again, as `stint retry` has it. */
import {StintError} from '../../base/index.ts';
import {parseAddress} from '../../coordinator/domain/index.ts';
import {currentDirectory} from '../../platform/index.ts';
import {resolveToAct} from '../address/resolve.ts';
import {openReadingPlace, type ReadingPlace} from '../place.ts';
import {variablesOf} from '../submit/given-by-program.ts';
import {type SubmittedJob, submittedJob, withClient} from '../submit/submitted-job.ts';
import {failedHere, lastHere, type WantedJob, wantedBy} from './choose-jobs.ts';
import {planRetry} from './plan-retry.ts';
import {sendRetry} from './send-retry.ts';

/** One of `addresses`, `failed` and `last` tells which jobs are meant. */
export interface RetryOptions {
  /**
   * As on a command line: an invocation (`3fa9`) means all of its jobs that did not complete, a name its newest run in the worktree
   * around `cwd`, and both together (`3fa9:test`) that run, also where it completed.
   */
  readonly addresses?: readonly string[] | undefined;
  /** What failed, crashed, timed out or was skipped in the worktree around `cwd`, and has not been run anew since. */
  readonly failed?: boolean | undefined;
  /** What did not complete of the newest invocation of the worktree around `cwd`. */
  readonly last?: boolean | undefined;
  /** Where addresses are looked up. Default: the current directory. */
  readonly cwd?: string | undefined;
  /** Set for the jobs besides this process's environment, which takes the place of the one that they had; what is undefined is not. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The state directory. Default: `$STINT_STATE_DIR` and so on. */
  readonly state?: string | undefined;
  /** Hears of things that a person may want to know, such as jobs that are not run again and why. */
  readonly tell?: ((message: string) => void) | undefined;
}

/**
 * Runs jobs again that did not complete, in one new invocation: the same commands, names, tags, options, umasks and directories.
 * What one of them needs of another it needs again. Resolves with the new jobs, in the order of the old ones; with none where there
 * is nothing to run again. Rejects with a `StintError`: `BUSY` where one of them goes on, `NO_MATCH` and `AMBIGUOUS` for addresses,
 * `NO_MATCH` where what was run is not known any more, `USAGE` for jobs that cannot be in one invocation, and like `submit`.
 */
export async function retryJobs(options: RetryOptions): Promise<SubmittedJob[]> {
  const {cwd, env = {}, state, tell} = options;
  const place = openReadingPlace(() => cwd ?? currentDirectory(), state);
  try {
    const plan = await planRetry(place.state, wantedJobs(place, options), {variables: variablesOf(env)});
    for (const text of plan.left) tell?.(text);
    if (plan.jobs.length === 0) return [];
    return await withClient({state, tell}, async client => {
      const {keys} = await sendRetry(client, plan, 'stint retry');
      return keys.map(key => submittedJob(client.state, key, {state, tell}));
    });
  } finally {
    place.reader?.close();
  }
}

function wantedJobs(place: ReadingPlace, {addresses = [], failed, last}: RetryOptions): readonly WantedJob[] {
  const ways = [addresses.length > 0, failed === true, last === true].filter(Boolean).length;
  if (ways !== 1)
    throw new StintError('USAGE', 'Give one of addresses, failed and last.', {
      hint: "For example: {addresses: ['npm-test']}",
    });
  if (failed) return failedHere(place);
  if (last) return lastHere(place);
  return addresses.map(parseAddress).flatMap(address => wantedBy(address, resolveToAct(place, address).jobs));
}
