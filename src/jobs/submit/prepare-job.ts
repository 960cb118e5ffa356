/** All that is known of a job before a coordinator is asked: refused here is what could not be run. */
import {cutText, type IfRunning, type InvocationId, pathText, StintError} from '../../base/index.ts';
import {
  type AskedNeed,
  type ByteString,
  type JobOptions,
  nameProblem,
  type RepoPolicy,
  toBytes,
  toText,
} from '../../coordinator/domain/index.ts';
import {checkExecutable, directoryProblem} from '../../platform/index.ts';
import {
  configuredGroups,
  droppedVariables,
  locateRepo,
  type Repo,
  readConfiguration,
} from '../../project/index.ts';
import {jobNameOf} from '../naming/job-name.ts';
import {environmentOf, type GivenEnvironment, searchPath, secretsIn} from './job-environment.ts';
import {type GivenJobOptions, type GivenRepoOptions, jobSettings, repoSettings} from './job-settings.ts';
import {type GivenNeeds, resolveNeeds} from './resolve-needs.ts';

/** What is asked for of one job. */
export interface JobWish extends GivenJobOptions, GivenNeeds {
  /** Program and arguments; or a text for the shell. */
  readonly command: readonly ByteString[] | {readonly shell: ByteString};
  /** Default: that of what is run, as in `npm-test`. */
  readonly name?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What all jobs of an invocation have in common. */
export interface InvocationWish extends GivenRepoOptions {
  /** Absolute; where the jobs run. */
  readonly directory: string;
  /** That is where this process is. */
  readonly isHere: boolean;
  /** `NAME=value` by names, besides this process's environment. */
  readonly variables: ReadonlyMap<string, ByteString>;
  /** What a person would have typed for it. */
  readonly typed: string;
  /** What becomes of it where a job of this name goes on in this worktree. Default: it runs beside that. */
  readonly ifRunning?: IfRunning | undefined;
  /** Submitted again with the same id it is the same invocation, and runs once. Default: a new one. */
  readonly invocation?: InvocationId | undefined;
  /** The state directory in which needs are looked up. Default: the usual one. */
  readonly state?: string | undefined;
}

export interface JobRequest extends JobWish, InvocationWish {}

/** All that is known of one job. */
export interface PreparedWish {
  readonly name: string;
  readonly command: readonly ByteString[];
  readonly tags: readonly string[];
  readonly options: JobOptions;
  readonly needs: readonly AskedNeed[];
}

export interface PreparedInvocation {
  /** What is set for the whole repository. */
  readonly policy: Partial<RepoPolicy>;
  /** What the configuration says of groups: how many of their jobs may run at once. */
  readonly groups: Readonly<Record<string, number>>;
  readonly directory: string;
  readonly environment: GivenEnvironment;
  readonly repo: Repo;
  readonly typed: string;
  readonly ifRunning: IfRunning;
  readonly invocation: InvocationId | undefined;
  /** Makes what is known of one of its jobs. Throws what `prepareJob` throws. */
  readonly prepare: (wish: JobWish) => Promise<PreparedWish>;
}

/** An invocation of one job. */
export interface PreparedJob extends PreparedInvocation, PreparedWish {}

/**
 * Throws `CWD_NOT_FOUND`, `COMMAND_NOT_FOUND` and `COMMAND_NOT_EXECUTABLE`, and `USAGE` for a name or a
 * setting that cannot be.
 */
export async function prepareJob(request: JobRequest): Promise<PreparedJob> {
  const invocation = await prepareInvocation(request);
  return {...invocation, ...(await invocation.prepare(request))};
}

/** Throws `CWD_NOT_FOUND`, and `USAGE` for a setting that cannot be. */
export async function prepareInvocation(wish: InvocationWish): Promise<PreparedInvocation> {
  const {directory, isHere, variables, typed, invocation, state} = wish;
  refuseMissing(directory);
  const configuration = readConfiguration();
  const dropped = droppedVariables(await configuration);
  const environment = environmentOf(variables, isHere ? undefined : directory, dropped);
  return {
    policy: await repoSettings(wish, configuration),
    groups: configuredGroups(await configuration) ?? {},
    directory,
    environment,
    repo: locateRepo(directory),
    typed,
    ifRunning: wish.ifRunning ?? 'allow',
    invocation,
    prepare: async ({command, name, tags = [], ...asked}) => {
      const words = wordsOf(command, directory, environment);
      return {
        name: nameOf(name ?? jobNameOf(words.map(toText), secretsIn(environment))),
        command: words,
        tags,
        options: await jobSettings(asked, configuration),
        needs: resolveNeeds(asked, directory, state),
      };
    },
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
