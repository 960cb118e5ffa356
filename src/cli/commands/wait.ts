import {setMaxListeners} from 'node:events';

import {parseInvocationId, StintError} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/adapters/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {onInterrupt} from '../../platform/index.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {outcomeText, type WaitedOutcome, waitedExitCode} from '../outcome.ts';
import {out, say} from '../output/write.ts';
import {openReadingPlace} from '../repo.ts';
import {resolveJobs} from '../resolve-address.ts';
import {tellUnknown} from '../tell-unknown.ts';

export async function run(operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const place = openReadingPlace(cwd);
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => resolveJobs(place, operand, options));
  tellUnknown(jobs);
  const client = new Client({notify: say});
  const interrupted = new AbortController();
  setMaxListeners(0, interrupted.signal); // one for each job is no leak, of which Node would warn
  const restore = onInterrupt(() => interrupted.abort());
  try {
    const outcomes = await Promise.all(jobs.map(job => outcomeOf(job, client, interrupted.signal)));
    if (options.json) out(`${JSON.stringify(outcomes.map(jsonOf), null, 2)}\n`);
    else for (const outcome of outcomes) say(outcomeText(outcome));
    return outcomes.map(waitedExitCode).find(code => code !== 0) ?? EXIT.done;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    say('stopped waiting; the jobs go on');
    return EXIT.unknowable;
  } finally {
    restore();
    client.close();
  }
}

async function outcomeOf(job: ListedJob, client: Client, signal: AbortSignal): Promise<WaitedOutcome> {
  const {state, row, repo, name, attempt} = job;
  if (isEnded(state) && row.finished_at !== null) {
    const {status, exitCode = null, message = null} = state;
    return {invocation: row.invocation_id, name, attempt, status, exit_code: exitCode, message};
  }
  const invocation = parseInvocationId(row.invocation_id);
  if (invocation === undefined)
    throw new StintError('STORE_CORRUPT', `${row.invocation_id} is not an invocation id.`);
  return client.wait({repo, invocation, name, attempt}, {signal});
}

function jsonOf({invocation, name, attempt, status, exit_code, message}: WaitedOutcome) {
  return {invocation_id: invocation, name, attempt, status, exit_code, message};
}
