/** What `run` does once its job is submitted: it tells the address and, where that is wanted, waits for the job or follows it. */
import {join} from 'node:path';

import {type JobKey, messageOf} from '../base/index.ts';
import {JOB_FILES, jobPath} from '../coordinator/adapters/index.ts';
import type {Client} from '../coordinator/client/index.ts';
import {EXIT} from './exit-codes.ts';
import {logFilter} from './log-filter.ts';
import {type FollowedLog, followLogs} from './log-follow.ts';
import {type LogMode, logPrinter} from './log-printer.ts';
import {outcomeText} from './outcome.ts';
import type {Answers} from './output/answers.ts';
import {isTerminal} from './output/terminal.ts';
import {say} from './output/write.ts';
import {addressText} from './resolve-address.ts';
import {endOf, type WaitEnd, Waiting, waitForJobs} from './waiting.ts';

export interface Afterwards {
  readonly wait: boolean;
  readonly follow: boolean;
  /** Waits for so long at most. Default: no limit. */
  readonly limitMs: number | undefined;
  readonly json: boolean;
}

/** Resolves with the exit code. */
export async function afterSubmission(
  client: Client,
  key: JobKey,
  wanted: Afterwards,
  answers: Answers,
): Promise<number> {
  const {invocation, name} = key;
  const {wait, follow, json} = wanted;
  const address = addressText(invocation, name);
  const submitted = `${address} was submitted`;
  const facts = {
    invocation_id: invocation,
    invocation_short: invocation.slice(0, 6),
    name,
    attempt: 1,
    address,
  };
  // Before the address: whoever has read it may already press Ctrl-C.
  const waiting = wait || follow ? new Waiting(wanted.limitMs) : undefined;
  if (!json) {
    answers.write(`${address}\n`, submitted);
    say(`${name} runs in the background. Its output: stint logs -f ${invocation.slice(0, 6)}`);
  }
  if (waiting === undefined) {
    if (json) answers.write(`${JSON.stringify(facts)}\n`, submitted);
    return EXIT.done;
  }
  const tell = (status: string, exitCode: number | null, message: string | null) =>
    answers.write(`${JSON.stringify({...facts, status, exit_code: exitCode, message})}\n`, submitted);
  try {
    const end = await waitFor(client, key, waiting, wanted, answers);
    for (const {outcome, isFinished} of end.jobs) {
      if (json) tell(outcome.status, outcome.exit_code, outcome.message);
      else if (isFinished) say(outcomeText(outcome));
    }
    if (end.cut?.kind === 'interrupt') say(`detached: ${name} goes on. ${again(address, follow)}`);
    if (end.cut?.kind === 'limit')
      say(`${name} goes on: the waiting reached its limit. ${again(address, follow)}`);
    return endOf(end);
  } catch (error) {
    if (json) tell('unknown', null, messageOf(error));
    say(`${name} was submitted, but waiting for it failed: ${messageOf(error)}`);
    return EXIT.unknowable;
  } finally {
    waiting.close();
  }
}

async function waitFor(
  client: Client,
  key: JobKey,
  waiting: Waiting,
  {follow, json}: Afterwards,
  answers: Answers,
): Promise<WaitEnd> {
  if (follow) {
    const log = await logOf(client, key, json ? 'json' : 'text', answers);
    await waiting.until(signal => followLogs(client, [log], signal));
  }
  // Once its log is closed it has ended, and how is known at once.
  return waitForJobs([{key}], client, waiting);
}

function again(address: string, follow: boolean): string {
  return follow ? `To follow it again: stint logs -f ${address}` : `To wait again: stint wait ${address}`;
}

async function logOf(client: Client, key: JobKey, mode: LogMode, answers: Answers): Promise<FollowedLog> {
  const journal = join(client.state, jobPath(key), JOB_FILES.journal);
  const filter = await logFilter({json: mode === 'json'});
  return {key, journal, printer: logPrinter(mode, filter, {onTerminal: isTerminal(1), answers}), from: 0};
}
