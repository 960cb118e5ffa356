/** The door for programs: a command runs in the background, as `stint run` has it. */
import {type IfRunning, shellWord} from '../../base/index.ts';
import {absolutePath, currentDirectory} from '../../platform/index.ts';
import {checkCommand, checkIfRunning, checkOptions, variablesOf} from './given-by-program.ts';
import type {GivenJobOptions} from './job-settings.ts';
import {prepareJob} from './prepare-job.ts';
import {sendJob} from './send-job.ts';
import {type SubmittedJob, submittedJob, withClient} from './submitted-job.ts';

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
  /**
   * What becomes of it where a job of this name goes on in this worktree: it runs beside that (`allow`, the default), not at all
   * (`skip`), when that has ended (`queue`), or in its place, which is cancelled for that (`replace`).
   */
  readonly ifRunning?: IfRunning | undefined;
  /** Hears of things that a person may want to know. */
  readonly tell?: ((message: string) => void) | undefined;
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
  checkIfRunning(request.ifRunning);
  const job = await prepareJob({
    ...request,
    command: typeof command === 'string' ? {shell: command} : command,
    directory: cwd === undefined ? currentDirectory() : absolutePath(cwd),
    isHere: cwd === undefined,
    variables: variablesOf(env),
    typed: typeof command === 'string' ? command : command.map(shellWord).join(' '),
  });
  return withClient({state, tell}, async client => {
    const {key, isSubmitted, notes} = await sendJob(client, job);
    for (const note of notes) tell?.(note);
    return submittedJob(client.state, key, {state, tell}, isSubmitted);
  });
}
