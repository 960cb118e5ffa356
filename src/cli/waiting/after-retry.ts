/** What `retry` does once its jobs are submitted: it tells their addresses and, where that is wanted, waits for all of them. */
import {type JobKey, messageOf, stringifyWellFormed} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {
  addressText,
  exactAddress,
  type RetryPlan,
  type SentRetry,
  type WaitEnd,
  waitForJobs,
} from '../../jobs/index.ts';
import type {Answers} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {say} from '../output/write.ts';
import {submittedText} from './queue-text.ts';
import {submittedFacts} from './submitted-facts.ts';
import {outcomeFacts, sayOutcomes} from './tell-outcome.ts';
import {endOf, interruptibleWaiting} from './wait-exit.ts';

export interface AfterRetry {
  readonly wait: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Resolves with the exit code. */
export async function afterRetry(
  client: Client,
  plan: RetryPlan,
  sent: SentRetry,
  wanted: AfterRetry,
  answers: Answers,
): Promise<number> {
  const {keys} = sent;
  const facts = keys.map((key, at) => ({...submittedFacts(key, true), retry_of: originOf(plan, at)}));
  const submitted = `${keys.map(({invocation, name}) => addressText(invocation, name)).join(', ')} submitted`;
  // Before the addresses: whoever has read them may already press Ctrl-C.
  const waiting = wanted.wait ? interruptibleWaiting(undefined) : undefined;
  if (!wanted.json) tellAddresses(sent, wanted, answers, submitted);
  if (waiting === undefined) {
    if (wanted.json) answers.write(`${stringifyWellFormed(facts, 2)}\n`, submitted);
    return EXIT.done;
  }
  try {
    const end = await waitForJobs(
      keys.map(key => ({key})),
      client,
      waiting,
    );
    if (wanted.json) {
      const told = end.jobs.map(({key, outcome, ...rest}, at) => {
        const {status, exit_code, message} = outcome;
        const more = outcomeFacts(client.state, key, {key, outcome, ...rest});
        return {...facts[at], status, exit_code, message, ...more};
      });
      answers.write(`${stringifyWellFormed(told, 2)}\n`, submitted);
    } else if (!wanted.quiet) sayOutcomes(client.state, end.jobs);
    sayDetached(end, keys);
    return endOf(end);
  } catch (error) {
    say(`${submitted}, but waiting failed: ${messageOf(error)}`);
    return EXIT.unknowable;
  } finally {
    waiting.close();
  }
}

function originOf({jobs}: RetryPlan, at: number): string | undefined {
  const planned = jobs[at];
  return planned && exactAddress(planned.run.listed);
}

/** They are what the command answers, unless it waits. */
function tellAddresses(
  {keys, queue, directory}: SentRetry,
  {wait, quiet}: AfterRetry,
  answers: Answers,
  submitted: string,
): void {
  const addresses = keys.map(({invocation, name}) => addressText(invocation, name));
  if (!wait) answers.write(addresses.map(each => `${each}\n`).join(''), submitted);
  else if (quiet) say(addresses.join(' '));
  if (quiet) return;
  const [first] = keys;
  const output = `stint logs -f ${first?.invocation.slice(0, 6) ?? ''}`;
  const only = keys.length === 1 ? first : undefined;
  const subject = only === undefined ? `${keys.length} jobs run` : `${only.name} runs`;
  const queued = only && submittedText(only.name, queue, directory);
  const runs = queued ?? `${subject} again`;
  say(
    `${wait ? `${addresses.join(' ')}: ` : ''}${runs}${wait ? '; waiting for the end' : ''}. The output: ${output}`,
  );
}

function sayDetached({cut}: WaitEnd, keys: readonly JobKey[]): void {
  const [first] = keys;
  if (cut?.kind !== 'interrupt' || first === undefined) return;
  say(`detached: what runs again goes on. To wait again: stint wait ${first.invocation.slice(0, 6)}`);
}
