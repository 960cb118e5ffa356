/** The door for programs: a command runs in the background, as `stint run` has it. */
import {join} from 'node:path';

import {type JobKey, shellWord} from '../../base/index.ts';
import {JOB_FILES, jobPath} from '../../coordinator/adapters/index.ts';
import {Client, type Outcome, type RequestOptions} from '../../coordinator/client/index.ts';
import {absolutePath, currentDirectory} from '../../platform/index.ts';
import {addressText} from '../address/address-text.ts';
import {checkCommand, checkOptions, variablesOf} from './given-by-program.ts';
import type {GivenJobOptions} from './job-settings.ts';
import {prepareJob} from './prepare-job.ts';
import {sendJob} from './send-job.ts';

/** What is not given of the options of a job is that of its variable or of the configuration, as for `stint run`. */
export interface SubmitOptions extends GivenJobOptions {
  /** Program and arguments; a single text is for the shell. */
  readonly command: readonly string[] | string;
  /** Default: that of what is run, as in `npm-test`. */
  readonly name?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Default: the current directory. The job belongs to the repository around it. */
  readonly cwd?: string | undefined;
  /** Set for the job besides this process's environment; what is undefined is not. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The state directory. Default: `$STINT_STATE_DIR` and so on; made when missing. */
  readonly state?: string | undefined;
  /** Hears of things that a person may want to know. */
  readonly tell?: ((message: string) => void) | undefined;
}

export interface SubmittedJob {
  readonly key: JobKey;
  /** What names it on a command line, as in `stint logs <address>`. */
  readonly address: string;
  /** The journal with its output, a JSON record a line: `readLines` and `followJournal` read it. */
  readonly log: string;
  /**
   * Resolves with how it ended, however often coordinators die meanwhile. Keeps this process alive until then; not waiting
   * does not. Rejects with `TIMEOUT` and `ABORTED` where `options` ask for that, and the job goes on.
   */
  wait(options?: RequestOptions): Promise<Outcome>;
}

/**
 * Submits one command; a coordinator is started when none is running. Resolves when a crash of anything but the machine cannot
 * lose the job, which goes on when this process ends. Rejects with a `StintError`: `USAGE` for what cannot be asked for,
 * `CWD_NOT_FOUND`, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`, and when the state directory or a coordinator cannot be used.
 */
export async function submit({
  command,
  cwd,
  env = {},
  state,
  tell,
  ...request
}: SubmitOptions): Promise<SubmittedJob> {
  checkCommand(command);
  checkOptions(request);
  const job = await prepareJob({
    ...request,
    command: typeof command === 'string' ? {shell: command} : command,
    directory: cwd === undefined ? currentDirectory() : absolutePath(cwd),
    isHere: cwd === undefined,
    variables: variablesOf(env),
    typed: typeof command === 'string' ? command : command.map(shellWord).join(' '),
  });
  const withClient = async <T>(use: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({state, notify: tell});
    try {
      return await use(client);
    } finally {
      client.close();
    }
  };
  return withClient(async client => {
    const {key, notes} = await sendJob(client, job);
    for (const note of notes) tell?.(note);
    return {
      key,
      address: addressText(key.invocation, key.name),
      log: join(client.state, jobPath(key), JOB_FILES.journal),
      wait: options => withClient(again => again.wait(key, options)),
    };
  });
}
