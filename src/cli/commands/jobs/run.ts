import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {cutText, type InvocationId, pathText, type RepoId, StintError} from '../../../base/index.ts';
import {Client, type Queue, type WireSubmission} from '../../../coordinator/client/index.ts';
import {type ByteString, fromBytes, nameProblem, toBytes, toText} from '../../../coordinator/domain/index.ts';
import {placeOf} from '../../../jobs/index.ts';
import {
  absolutePath,
  argumentBytes,
  argumentValue,
  checkExecutable,
  currentUmask,
  directoryProblem,
  hasInputOfItsOwn,
  randomHex,
} from '../../../platform/index.ts';
import {checkoutFacts, ensureRepoId, locateRepo, type Repo} from '../../../project/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {durationOrZero, wholeNumber} from '../../command-line/option-values.ts';
import type {RUN} from '../../definitions/jobs.ts';
import {saySampled} from '../../listing/job-notes.ts';
import {jobNameOf} from '../../naming/job-name.ts';
import {say} from '../../output/write.ts';
import {environmentOf, searchPath, secretsIn} from '../../submitting/job-environment.ts';
import {jobSettings} from '../../submitting/job-settings.ts';
import {afterSubmission} from '../../waiting/after-submission.ts';
import {submittedText} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof RUN>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd: here, typed, answers}: Context,
): Promise<number> {
  const command = commandOf(operands, options.c);
  const given = options.cwd;
  const cwd = directoryOf(given === undefined ? here() : absolutePath(pathText(argumentValue(given))));
  const environment = environmentOf(options, cwd);
  if (options.c === undefined)
    checkExecutable(pathText(toBytes(command[0] ?? '')), cwd, searchPath(environment));
  const job = {
    name: jobName(options.name ?? jobNameOf(command.map(toText), secretsIn(environment))),
    command,
    tags: [...(options.tag ?? [])],
    now: options.now === true,
    sample_every: wholeNumber(options.sample, '--sample', 1) ?? 1,
    ...(await jobSettings(options)),
  };
  const limitMs = await durationOrZero(options.waitUpTo, '--wait-up-to');
  const wanted = {
    wait: options.wait === true || limitMs !== undefined,
    follow: options.follow === true,
    limitMs,
    json: options.json === true,
    quiet: options.quiet === true,
    isSampled: job.sample_every !== 1,
  };
  const repo = locateRepo(cwd);
  const client = new Client({notify: say});
  // The directory is made by the first submission, so that this is asked for once.
  if (!existsSync(join(client.state, 'repos'))) await warnIfShared(client.state);
  try {
    const checkout = checkoutFacts(repo); // git works while we connect
    client.connect().catch(() => undefined); // told by the submission
    const {worktree = null, branch = null, commit = null, dirty = null} = await checkout;
    const {submission, queue} = await submit(client, repo, {
      invocation: randomHex(6) as InvocationId,
      trigger_command: typed,
      hook_type: null,
      cwd,
      umask: currentUmask(),
      env: environment.inherited,
      set_env: environment.set,
      checkout: {worktree, branch, commit, dirty},
      jobs: [job],
    });
    if (!wanted.json && hasInputOfItsOwn()) say(INPUT_HINT);
    const {repo: id, invocation} = submission;
    const key = {repo: id as RepoId, invocation: invocation as InvocationId, name: job.name, attempt: 1};
    if (job.now && queue === undefined) say(KNOWS_NO_NOW);
    if (wanted.follow && !wanted.json) saySampled(job.name, job.sample_every);
    const queued = submittedText(job.name, queue, worktree ?? cwd);
    return await afterSubmission(client, key, {...wanted, queued}, answers);
  } finally {
    client.close();
  }
}

const KNOWS_NO_NOW =
  'the coordinator is of an earlier version and does not know --now: the job waits for its turn';

const INPUT_HINT =
  "what is piped into this command is not read: a job has no standard input. To give it some: stint run -c 'command < file'";

async function warnIfShared(state: string): Promise<void> {
  const {sharedState} = await import('../../upkeep/shared-state.ts');
  const shared = sharedState(state);
  if (shared !== undefined) say(`${shared.message}. ${shared.hint}`);
}

/** Submits; a repository that is a copy of another one gets an id of its own first. */
async function submit(
  client: Client,
  repo: Repo,
  rest: Omit<WireSubmission, 'repo' | 'place'>,
): Promise<{readonly submission: WireSubmission; readonly queue: Queue | null | undefined}> {
  const submission = {...rest, repo: ensureRepoId(repo, () => undefined).id, place: placeOf(repo)};
  try {
    const {queue} = await client.submit(submission);
    return {submission, queue};
  } catch (error) {
    if (!(error instanceof StintError) || error.code !== 'REPO_MOVED') throw error;
    const registered = String(error.details?.place);
    const {id, moved} = ensureRepoId(repo, each => (each === submission.repo ? registered : undefined));
    const again = {...submission, repo: id, moved};
    const {queue} = await client.submit(again);
    return {submission: again, queue};
  }
}

/** The command's words as the bytes that were given, which Node's own decoding may have changed. */
function commandOf(operands: readonly string[], shellText: string | undefined): ByteString[] {
  if (shellText !== undefined) {
    if (operands.length > 0)
      throw new StintError('USAGE', 'Give either a command or -c with a shell text, not both.');
    if (shellText.trim() === '') {
      throw new StintError('USAGE', 'The shell text of -c is empty.', {
        hint: "For example: stint run -c 'make && make check'",
      });
    }
    return ['/bin/sh', '-c', fromBytes(argumentValue(shellText))];
  }
  if (operands.length === 0) {
    throw new StintError('USAGE', 'No command was given.', {
      hint: "For example: stint run -- npm test   or: stint run -c 'make && make check'",
    });
  }
  const given = argumentBytes()?.slice(-operands.length);
  const isSame =
    given?.length === operands.length && given.every((bytes, at) => bytes.toString() === operands[at]);
  return isSame ? given.map(fromBytes) : [...operands];
}

function directoryOf(path: string): string {
  const problem = directoryProblem(path, 'does not exist');
  if (problem === undefined) return path;
  throw new StintError('CWD_NOT_FOUND', `The directory ${path} ${problem}.`, {hint: 'Check --cwd.'});
}

function jobName(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined)
    throw new StintError('USAGE', `'${cutText(name, 60)}' cannot be a job's name: ${problem}.`, {
      hint: 'Give another one with --name.',
    });
  return name;
}
