/** All that is known of a job before a coordinator is asked: refused here is what could not be run. */
import {cutText, type InvocationId, pathText, StintError} from '../../base/index.ts';
import {
  type ByteString,
  type JobOptions,
  nameProblem,
  type RepoPolicy,
  toBytes,
  toText,
} from '../../coordinator/domain/index.ts';
import {checkExecutable, directoryProblem} from '../../platform/index.ts';
import {droppedVariables, locateRepo, type Repo, readConfiguration} from '../../project/index.ts';
import {jobNameOf} from '../naming/job-name.ts';
import {environmentOf, type GivenEnvironment, searchPath, secretsIn} from './job-environment.ts';
import {type GivenJobOptions, type GivenRepoOptions, jobSettings, repoSettings} from './job-settings.ts';

export interface JobRequest extends GivenJobOptions, GivenRepoOptions {
  /** Program and arguments; or a text for the shell. */
  readonly command: readonly ByteString[] | {readonly shell: ByteString};
  /** Default: that of what is run, as in `npm-test`. */
  readonly name?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Absolute; where the job runs. */
  readonly directory: string;
  /** That is where this process is. */
  readonly isHere: boolean;
  /** `NAME=value` by names, besides this process's environment. */
  readonly variables: ReadonlyMap<string, ByteString>;
  /** What a person would have typed for it. */
  readonly typed: string;
  /** That of its invocation: submitted again with the same id it is the same job, and runs once. Default: a new one. */
  readonly invocation?: InvocationId | undefined;
}

export interface PreparedJob {
  readonly name: string;
  readonly command: readonly ByteString[];
  readonly tags: readonly string[];
  readonly options: JobOptions;
  /** What is set for the whole repository. */
  readonly policy: Partial<RepoPolicy>;
  readonly directory: string;
  readonly environment: GivenEnvironment;
  readonly repo: Repo;
  readonly typed: string;
  readonly invocation: InvocationId | undefined;
}

/**
 * Throws `CWD_NOT_FOUND`, `COMMAND_NOT_FOUND` and `COMMAND_NOT_EXECUTABLE`, and `USAGE` for a name or a setting that cannot
 * be.
 */
export async function prepareJob(request: JobRequest): Promise<PreparedJob> {
  const {directory, isHere, variables, tags = [], typed, name} = request;
  refuseMissing(directory);
  const configuration = readConfiguration();
  const dropped = droppedVariables(await configuration);
  const environment = environmentOf(variables, isHere ? undefined : directory, dropped);
  const command = wordsOf(request.command, directory, environment);
  return {
    name: nameOf(name ?? jobNameOf(command.map(toText), secretsIn(environment))),
    command,
    tags,
    options: await jobSettings(request, configuration),
    policy: await repoSettings(request, configuration),
    directory,
    environment,
    repo: locateRepo(directory),
    typed,
    invocation: request.invocation,
  };
}

function wordsOf(
  command: JobRequest['command'],
  directory: string,
  environment: GivenEnvironment,
): readonly ByteString[] {
  if ('shell' in command) return ['/bin/sh', '-c', command.shell];
  checkExecutable(pathText(toBytes(command[0] ?? '')), directory, searchPath(environment));
  return command;
}

function refuseMissing(directory: string): void {
  const problem = directoryProblem(directory, 'does not exist');
  if (problem !== undefined)
    throw new StintError('CWD_NOT_FOUND', `The directory ${directory} ${problem}.`, {hint: 'Check --cwd.'});
}

function nameOf(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined)
    throw new StintError('USAGE', `'${cutText(name, 60)}' cannot be a job's name: ${problem}.`, {
      hint: 'Give another one with --name.',
    });
  return name;
}
