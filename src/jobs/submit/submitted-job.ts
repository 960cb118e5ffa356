/** A job as a program has it that submitted it. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath} from '../../coordinator/adapters/index.ts';
import {Client, type Outcome, type RequestOptions} from '../../coordinator/client/index.ts';
import {addressText} from '../address/address-text.ts';

export interface SubmittedJob {
  readonly key: JobKey;
  /** False where nothing was submitted, because of `ifRunning: 'skip'`: this is the job that goes on. */
  readonly isSubmitted: boolean;
  /** What names it on a command line, as in `stint logs <address>`. */
  readonly address: string;
  /** The journal with the output of its first attempt, a JSON record a line: `readLines` and `followJournal` read it. */
  readonly log: string;
  /**
   * Resolves with how its last attempt ended, however often coordinators die meanwhile. Keeps this process alive until then; not
   * waiting does not. Rejects with `TIMEOUT` and `ABORTED` where `options` ask for that, and the job goes on.
   */
  wait(options?: RequestOptions): Promise<Outcome>;
}

interface Door {
  readonly state?: string | undefined;
  readonly tell?: ((message: string) => void) | undefined;
}

/** `directory` is the state directory, `door` what was given for it. */
export function submittedJob(directory: string, key: JobKey, door: Door, isSubmitted = true): SubmittedJob {
  return {
    key,
    isSubmitted,
    address: addressText(key.invocation, key.name),
    log: join(directory, jobPath(key), JOB_FILES.journal),
    wait: options => withClient(door, client => client.wait(key, options)),
  };
}

/** A client of its own for as long as the work takes. */
export async function withClient<T>({state, tell}: Door, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({state, notify: tell});
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
