import {existsSync, statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';

import {type InvocationId, type JobKey, messageOf, type RepoId, StintError} from '../../base/index.ts';
import {JOB_FILES, jobPath} from '../../coordinator/adapters/index.ts';
import {Client, type WireSubmission} from '../../coordinator/client/index.ts';
import {type ByteString, fromBytes, nameProblem, toText} from '../../coordinator/domain/index.ts';
import {
  argumentBytes,
  argumentValue,
  checkExecutable,
  currentUmask,
  environmentEntries,
  onInterrupt,
  randomHex,
} from '../../platform/index.ts';
import {checkoutFacts, ensureRepoId, locateRepo, type Repo} from '../../project/index.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {jobSettings} from '../job-settings.ts';
import {logFilter} from '../log-filter.ts';
import {type FollowedLog, followLogs} from '../log-follow.ts';
import {type LogMode, logPrinter} from '../log-printer.ts';
import {flag, list, text, wholeNumber} from '../option-values.ts';
import {outcomeText, type WaitedOutcome, waitedExitCode} from '../outcome.ts';
import {isTerminal} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {placeOf} from '../repo.ts';
import {addressText} from '../resolve-address.ts';

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd: here, typed}: Context,
): Promise<number> {
  const command = commandOf(operands, text(options, 'c'));
  const cwd = directoryOf(resolve(here, text(options, 'cwd') ?? '.'));
  const environment = environmentOf(options, cwd);
  if (text(options, 'c') === undefined)
    checkExecutable(toText(command[0] ?? ''), cwd, variable(environment, 'PATH'));
  const job = {
    name: jobName(text(options, 'name') ?? basename(toText(command[0] ?? ''))),
    command,
    tags: [...list(options, 'tag')],
    sample_every: wholeNumber(text(options, 'sample'), '--sample', 1) ?? 1,
    ...(await jobSettings(options)),
  };
  const repo = locateRepo(cwd);
  const client = new Client({notify: say});
  // The directory is made by the first submission, so that this is asked for once.
  if (!existsSync(join(client.state, 'repos'))) await warnIfShared(client.state);
  try {
    const checkout = checkoutFacts(repo); // git works while we connect
    client.connect().catch(() => undefined); // told by the submission
    const {worktree = null, branch = null, commit = null, dirty = null} = await checkout;
    const submission = await submit(client, repo, {
      invocation: randomHex(6) as InvocationId,
      trigger_command: typed,
      hook_type: null,
      cwd,
      umask: currentUmask(),
      env: environment,
      checkout: {worktree, branch, commit, dirty},
      jobs: [job],
    });
    return await report(client, submission, job.name, options);
  } finally {
    client.close();
  }
}

async function warnIfShared(state: string): Promise<void> {
  const {sharedState} = await import('../shared-state.ts');
  const shared = sharedState(state);
  if (shared !== undefined) say(`${shared.message}. ${shared.hint}`);
}

/** Submits; a repository that is a copy of another one gets an id of its own first. */
async function submit(
  client: Client,
  repo: Repo,
  rest: Omit<WireSubmission, 'repo' | 'place'>,
): Promise<WireSubmission> {
  const submission = {...rest, repo: ensureRepoId(repo, () => undefined).id, place: placeOf(repo)};
  try {
    await client.submit(submission);
    return submission;
  } catch (error) {
    if (!(error instanceof StintError) || error.code !== 'REPO_MOVED') throw error;
    const registered = String(error.details?.place);
    const {id, moved} = ensureRepoId(repo, each => (each === submission.repo ? registered : undefined));
    const again = {...submission, repo: id, moved};
    await client.submit(again);
    return again;
  }
}

async function report(
  client: Client,
  {repo, invocation}: WireSubmission,
  name: string,
  options: Options,
): Promise<number> {
  const address = addressText(invocation, name);
  const json = flag(options, 'json');
  const facts = {
    invocation_id: invocation,
    invocation_short: invocation.slice(0, 6),
    name,
    attempt: 1,
    address,
  };
  const interrupted = new AbortController();
  const restore = onInterrupt(() => interrupted.abort()); // whoever has read the address may already press Ctrl-C
  if (!json) {
    out(`${address}\n`);
    say(`${name} runs in the background. Its output: stint logs -f ${invocation.slice(0, 6)}`);
  }
  if (!flag(options, 'wait') && !flag(options, 'follow')) {
    if (json) out(`${JSON.stringify(facts)}\n`);
    restore();
    return EXIT.done;
  }
  try {
    const key = {repo: repo as RepoId, invocation: invocation as InvocationId, name, attempt: 1};
    // Once its log is closed it has ended, and how is known at once.
    if (flag(options, 'follow'))
      await followLogs(client, [await logOf(client, key, json ? 'json' : 'text')], interrupted.signal);
    const outcome: WaitedOutcome = await client.wait(key, {signal: interrupted.signal});
    if (json)
      out(
        `${JSON.stringify({...facts, status: outcome.status, exit_code: outcome.exit_code, message: outcome.message})}\n`,
      );
    else say(outcomeText(outcome));
    return waitedExitCode(outcome);
  } catch (error) {
    if (json)
      out(`${JSON.stringify({...facts, status: 'unknown', exit_code: null, message: messageOf(error)})}\n`);
    if (interrupted.signal.aborted)
      say(`detached: ${name} goes on. ${again(address, flag(options, 'follow'))}`);
    else say(`${name} was submitted, but waiting for it failed: ${messageOf(error)}`);
    return EXIT.unknowable;
  } finally {
    restore();
  }
}

function again(address: string, follow: boolean): string {
  return follow ? `To follow it again: stint logs -f ${address}` : `To wait again: stint wait ${address}`;
}

async function logOf(client: Client, key: JobKey, mode: LogMode): Promise<FollowedLog> {
  const journal = join(client.state, jobPath(key), JOB_FILES.journal);
  const printer = logPrinter(mode, await logFilter({json: mode === 'json'}, 0), {onTerminal: isTerminal(1)});
  return {key, journal, printer, from: 0};
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
  try {
    if (statSync(path).isDirectory()) return path;
  } catch (cause) {
    throw new StintError('CWD_NOT_FOUND', `The directory ${path} does not exist.`, {
      cause,
      hint: 'Check --cwd.',
    });
  }
  throw new StintError('CWD_NOT_FOUND', `${path} is not a directory.`, {hint: 'Check --cwd.'});
}

/** This process's environment, byte for byte, with what `--env` sets; PWD follows `--cwd`. */
function environmentOf(options: Options, cwd: string): ByteString[] {
  const set = new Map<string, ByteString>();
  if (options.cwd !== undefined) set.set('PWD', `PWD=${cwd}`);
  for (const assignment of list(options, 'env')) {
    const at = assignment.indexOf('=');
    if (at < 1)
      throw new StintError('USAGE', `--env is '${assignment}', not NAME=value.`, {
        hint: 'For example: --env CI=1',
      });
    set.set(assignment.slice(0, at), fromBytes(argumentValue(assignment)));
  }
  const inherited = environmentEntries().filter(
    entry => !set.has(entry.toString('utf8', 0, entry.indexOf(0x3d, 1))),
  );
  return [...inherited.map(fromBytes), ...set.values()];
}

function variable(environment: readonly ByteString[], name: string): string | undefined {
  const entry = environment.map(toText).find(each => each.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

function jobName(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined)
    throw new StintError('USAGE', `'${name.slice(0, 60)}' cannot be a job's name: ${problem}.`, {
      hint: 'Give another one with --name.',
    });
  return name;
}
