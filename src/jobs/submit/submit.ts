/** The door for programs: commands run in the background, as `stint run` has it. */
import {type IfRunning, shellWord} from '../../base/index.ts';
import {absolutePath, currentDirectory} from '../../platform/index.ts';
import {checkCommand, checkIfRunning, checkOptions, variablesOf} from './given-by-program.ts';
import type {GivenJobOptions} from './job-settings.ts';
import {type InvocationWish, prepareJob} from './prepare-job.ts';
import type {GivenNeeds} from './resolve-needs.ts';
import {sendJob} from './send-job.ts';
import {type SubmittedJob, submittedJob, withClient} from './submitted-job.ts';

/** Where and with what commands run. */
export interface SubmissionOptions {
  /** Default: the current directory. The job belongs to the repository around it. */
  readonly cwd?: string | undefined;
  /** Set for the job besides this process's environment; what is undefined is not. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The state directory. Default: `$STINT_STATE_DIR` and so on; made when missing. */
  readonly state?: string | undefined;
  /** Hears of things that a person may want to know. */
  readonly tell?: ((message: string) => void) | undefined;
}

/**
 * One command. What is not given of the options of a job is that of its variable or of the configuration, as for `stint run`.
 * `after`, `afterAny` and `afterFailed` are addresses of jobs of the same repository that have to end first.
 */
export interface JobToSubmit extends GivenJobOptions, GivenNeeds {
  /** Program and arguments; a single text is for the shell. */
  readonly command: readonly string[] | string;
  /** Default: that of what is run, as in `npm-test`. */
  readonly name?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface SubmitOptions extends JobToSubmit, SubmissionOptions {
  /**
   * What becomes of it where a job of this name goes on in this worktree: it runs beside that (`allow`, the default), not at all
   * (`skip`), when that has ended (`queue`), or in its place, which is cancelled for that (`replace`).
   */
  readonly ifRunning?: IfRunning | undefined;
}

/**
 * Submits one command; a coordinator is started when none is running. Resolves when a crash of anything but the machine cannot
 * lose the job, which goes on when this process ends. Rejects with a `StintError`: `USAGE` for what cannot be asked for,
 * `CWD_NOT_FOUND`, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`, `NO_MATCH`, `AMBIGUOUS` and `BAD_NEEDS` for a job that it cannot
 * wait for, and when the state directory or a coordinator cannot be used.
 */
export async function submit(options: SubmitOptions): Promise<SubmittedJob> {
  const {command, name, tags, cwd, env, state, tell, ifRunning, ...asked} = options;
  checkCommand(command);
  checkOptions(asked);
  checkIfRunning(ifRunning);
  const job = await prepareJob({
    ...asked,
    name,
    tags,
    command: commandOf(command),
    ...invocationOf(options, typedText(command)),
    ifRunning,
  });
  return withClient(options, async client => {
    const {key, isSubmitted, notes} = await sendJob(client, job);
    for (const note of notes) tell?.(note);
    return submittedJob(client.state, key, options, isSubmitted);
  });
}

/** A text is for the shell. */
export function commandOf(command: JobToSubmit['command']) {
  return typeof command === 'string' ? {shell: command} : command;
}

export function typedText(command: JobToSubmit['command']): string {
  return typeof command === 'string' ? command : command.map(shellWord).join(' ');
}

export function invocationOf({cwd, env = {}, state}: SubmissionOptions, typed: string): InvocationWish {
  return {
    directory: cwd === undefined ? currentDirectory() : absolutePath(cwd),
    isHere: cwd === undefined,
    variables: variablesOf(env),
    typed,
    state,
  };
}
