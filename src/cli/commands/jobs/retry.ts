import {counted, StintError, stringifyWellFormed, visible} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {
  addressText,
  exactAddress,
  failedHere,
  lastHere,
  openReadingPlace,
  type PlannedJob,
  planRetry,
  type ReadingPlace,
  type RetryPlan,
  resolveToAct,
  sendRetry,
  type WantedJob,
  wantedBy,
} from '../../../jobs/index.ts';
import type {Answers, Context, OptionsOf} from '../../command.ts';
import {addressOf, namedJobs} from '../../command-line/named-jobs.ts';
import type {RETRY} from '../../definitions/waiting.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';
import {givenVariables} from '../../submitting/given-options.ts';
import {afterRetry} from '../../waiting/after-retry.ts';

type Options = OptionsOf<typeof RETRY>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, typed, answers}: Context,
): Promise<number> {
  const plan = await plannedRetry(operands, options, cwd);
  if (!options.quiet) for (const text of plan.left) say(`not run again: ${text}`);
  if (plan.jobs.length === 0) return nothingToRetry(operands, options, plan, answers);
  if (options.dryRun) {
    tellPlan(plan, options.json === true, answers);
    return EXIT.done;
  }
  const client = new Client({notify: say});
  try {
    const sent = await sendRetry(client, plan, typed);
    const wanted = {wait: options.wait === true, json: options.json === true, quiet: options.quiet === true};
    return await afterRetry(client, plan, sent, wanted, answers);
  } finally {
    client.close();
  }
}

async function plannedRetry(
  operands: readonly string[],
  options: Options,
  cwd: () => string,
): Promise<RetryPlan> {
  const variables = givenVariables(options.env);
  const place = openReadingPlace(cwd);
  try {
    return await planRetry(place.state, wantedJobs(place, operands, options), {variables});
  } finally {
    place.reader?.close();
  }
}

/** Throws `USAGE` where they are not told in exactly one way. */
function wantedJobs(
  place: ReadingPlace,
  operands: readonly string[],
  options: Options,
): readonly WantedJob[] {
  const {failed = false, last = false, job, inv, worktree} = options;
  const isAddressed = [...operands, job, inv, worktree].some(part => part !== undefined);
  if ([isAddressed, failed, last].filter(Boolean).length > 1)
    throw new StintError('USAGE', 'Give one of an address, --failed and --last, not several.');
  if (failed) return failedHere(place);
  if (last) return lastHere(place);
  const named = operands.length === 0 ? [undefined] : operands;
  return named.flatMap(operand =>
    wantedBy(addressOf(operand, options), namedJobs(resolveToAct, place, operand, options)),
  );
}

/** No failure where whatever failed was meant; but who names jobs wants them to run. */
function nothingToRetry(
  operands: readonly string[],
  options: Options,
  {left}: RetryPlan,
  answers: Answers,
): number {
  const {failed, last, json} = options;
  const text = 'nothing to run again';
  if (!failed && !last)
    throw new StintError('NO_MATCH', `There is nothing to run again: ${left.join('; ')}.`, {
      hint: `A job that completed runs again where its invocation and name are given: ${againText(operands)}`,
    });
  if (json) answers.write('[]\n');
  else say(failed ? `${text}: the newest run of each job of this worktree did not fail` : text);
  return EXIT.done;
}

function againText(operands: readonly string[]): string {
  const [first = 'npm-test'] = operands;
  return `stint retry 3fa9:${first.includes(':') ? 'npm-test' : first}`;
}

function tellPlan({jobs}: RetryPlan, asJson: boolean, answers: Answers): void {
  if (asJson) {
    answers.write(`${stringifyWellFormed(jobs.map(plannedFacts), 2)}\n`);
    return;
  }
  for (const planned of jobs) answers.write(`${plannedText(planned)}\n`);
  say(`${counted(jobs.length, 'job')} would run again`);
}

function plannedFacts({run, needs}: PlannedJob) {
  const {name, listed, spec} = run;
  return {
    name,
    retry_of: exactAddress(listed),
    status: listed.state.status,
    command: spec.commandText,
    cwd: spec.cwd,
    after: needs.map(need =>
      need.invocation === undefined ? need.name : addressText(need.invocation, need.name),
    ),
  };
}

function plannedText({run: {listed, spec}, needs}: PlannedJob): string {
  const after = needs.length === 0 ? '' : `   after ${needs.map(({name}) => visible(name)).join(', ')}`;
  return `${visible(exactAddress(listed))}  ${listed.state.status}  ${visible(spec.commandText)}${after}`;
}
