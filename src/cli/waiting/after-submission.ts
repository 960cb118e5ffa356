/** What `run` does once its job is submitted: it tells the address and, where that is wanted, waits for the job or follows it. */

import {join} from 'node:path';
import {type JobKey, messageOf, stringifyWellFormed} from '../../base/index.ts';
import {JOB_FILES, jobPath} from '../../coordinator/adapters/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {
  addressText,
  type FollowedLog,
  followLogs,
  listedJob,
  type WaitEnd,
  type WaitedJob,
  type WaitedOutcome,
  type Waiting,
  waitForJobs,
  wholeLog,
} from '../../jobs/index.ts';
import type {Answers} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {answersOutput, type FollowingOutput, sayBeside} from '../logs/log-output.ts';
import {type LogOutput, logPrinter} from '../logs/log-printers.ts';
import type {LogMode} from '../logs/log-request.ts';
import {say} from '../output/write.ts';
import {sayStart} from './say-start.ts';
import {submittedFacts} from './submitted-facts.ts';
import {outcomeFacts, sayOutcomes} from './tell-outcome.ts';
import {endOf, interruptibleWaiting, ringBell} from './wait-exit.ts';

export interface Afterwards {
  readonly wait: boolean;
  readonly follow: boolean;
  /** Waits for so long at most. Default: no limit. */
  readonly limitMs: number | undefined;
  readonly json: boolean;
  /** The terminal's bell rings when the waiting is over. */
  readonly bell: boolean;
  /** Nothing is said that is neither the address, an error, nor that the job goes on. */
  readonly quiet: boolean;
  /** Where it has to wait for its turn: for what, in a sentence. */
  readonly queued?: string | undefined;
  /** Else the job went on already, and nothing was submitted. */
  readonly isSubmitted: boolean;
  /** Not every line is recorded. */
  readonly isSampled: boolean;
}

/** Resolves with the exit code. */
export async function afterSubmission(
  client: Client,
  key: JobKey,
  wanted: Afterwards,
  answers: Answers,
): Promise<number> {
  const {invocation, name} = key;
  const {wait, follow, json, quiet} = wanted;
  const address = addressText(invocation, name);
  const submitted = wanted.isSubmitted ? `${address} was submitted` : goesOn(address);
  const facts = submittedFacts(key, wanted.isSubmitted);
  // Before the address: whoever has read it may already press Ctrl-C.
  const waiting = wait || follow ? interruptibleWaiting(wanted.limitMs) : undefined;
  if (!json) tellAddress(key, wanted, answers);
  if (waiting === undefined) {
    if (json) answers.write(`${stringifyWellFormed(facts)}\n`, submitted);
    return EXIT.done;
  }
  const tell = ({status, exit_code, message}: Ending, standing?: WaitedJob) => {
    const last = standing?.key ?? key;
    const told = {...facts, attempt: last.attempt, status, exit_code, message};
    const ending = {...told, ...outcomeFacts(client.state, last, standing)};
    answers.write(`${stringifyWellFormed(ending)}\n`, submitted);
  };
  const ended = new AbortController();
  if (wanted.queued !== undefined) void sayStart(client, key, ended.signal);
  try {
    const end = await waitFor(client, key, waiting, wanted, () => answersOutput(answers, submitted));
    if (json) for (const job of end.jobs) tell(job.outcome, job);
    else if (!quiet) sayOutcomes(client.state, end.jobs, follow);
    if (end.cut?.kind === 'interrupt') say(`detached: ${name} goes on. ${again(address, follow)}`);
    if (end.cut?.kind === 'limit')
      say(`${name} goes on: the waiting reached its limit. ${again(address, follow)}`);
    if (wanted.bell) ringBell(end);
    return endOf(end);
  } catch (error) {
    if (json) tell({status: 'unknown', exit_code: null, message: messageOf(error)});
    say(
      `${wanted.isSubmitted ? `${name} was submitted` : goesOn(name)}, but waiting for it failed: ${messageOf(error)}`,
    );
    return EXIT.unknowable;
  } finally {
    ended.abort();
    waiting.close();
  }
}

type Ending = Pick<WaitedOutcome, 'status' | 'exit_code' | 'message'>;

/** The address is what the command answers, unless it goes on to something else: then stdout has the output alone. */
function tellAddress(
  {invocation, name}: JobKey,
  {wait, follow, quiet, queued, isSubmitted}: Afterwards,
  answers: Answers,
): void {
  const address = addressText(invocation, name);
  const submitted = isSubmitted ? `${address} was submitted` : goesOn(address);
  const output = `Its output: stint logs -f ${invocation.slice(0, 6)}`;
  if (!follow && !wait) {
    answers.write(`${address}\n`, submitted);
    if (!quiet)
      say(`${isSubmitted ? (queued ?? `${name} runs in the background`) : goesOn(name)}. ${output}`);
    return;
  }
  if (quiet) say(address);
  else if (follow) say(`${submitted}; Ctrl-C leaves it running`);
  else say(`${submitted}; waiting for its end. ${output}`);
  if (queued !== undefined && !quiet) say(queued);
}

function goesOn(job: string): string {
  return `${job} goes on already, so nothing was submitted`;
}

async function waitFor(
  client: Client,
  key: JobKey,
  waiting: Waiting,
  {follow, json, isSampled}: Afterwards,
  openOutput: () => Promise<FollowingOutput>,
): Promise<WaitEnd> {
  if (follow) {
    const output = await openOutput();
    const note = sayBeside(output);
    for (let open: JobKey | undefined = key; open !== undefined; open = attemptBehind(client.state, open)) {
      if (open !== key) note(`${key.name} is tried again: attempt ${open.attempt}`);
      const log = await logOf(client, open, json ? 'json' : 'text', output, isSampled);
      await waiting.until(signal => followLogs(client, [log], signal, note));
      log.sink.end(); // also of one that was given up
      if (waiting.cut !== undefined) break;
    }
  }
  // Once its log is closed it has ended, and how is known at once.
  return waitForJobs([{key}], client, waiting);
}

/** It is there before the end of the one that failed is recorded. */
function attemptBehind(state: string, key: JobKey): JobKey | undefined {
  const behind = {...key, attempt: key.attempt + 1};
  return listedJob(state, behind) === undefined ? undefined : behind;
}

function again(address: string, follow: boolean): string {
  return follow ? `To follow it again: stint logs -f ${address}` : `To wait again: stint wait ${address}`;
}

async function logOf(
  client: Client,
  key: JobKey,
  mode: LogMode,
  output: LogOutput,
  isSampled: boolean,
): Promise<FollowedLog> {
  const journal = join(client.state, jobPath(key), JOB_FILES.journal);
  const filter = wholeLog({status: mode === 'json'});
  return {key, journal, sink: logPrinter(mode, filter, output), from: 0, isSampled};
}
