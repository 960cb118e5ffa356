/** `cancel --leftovers`: ends what jobs left behind that have ended, and nothing that still runs. */
import {codeOf, messageOf, StintError, stringifyWellFormed} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {addressText, openReadingPlace, resolveEnded} from '../../jobs/index.ts';
import type {Context, Options} from '../command.ts';
import {namedJobs} from '../command-line/named-jobs.ts';
import {duration, flag, text} from '../command-line/option-values.ts';
import {EXIT} from '../exit-codes.ts';
import {tellUnknown} from '../listing/job-notes.ts';
import {visible} from '../output/visible.ts';
import {say} from '../output/write.ts';
import {DEFAULT_GRACE_MS, sayLeft, sayUnseen} from './cancel-report.ts';
import {processesText} from './leftovers-text.ts';

type Ended = Awaited<ReturnType<Client['endLeftovers']>>;

interface Done {
  readonly job: ListedJob;
  readonly ended: Ended;
}

/** The exit code is 1 when something that was found is left. */
export async function cancelLeftovers(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Pick<Context, 'cwd' | 'answers'>,
): Promise<number> {
  refuseOthers(operands, options);
  const graceMs = (await duration(text(options, 'grace'), '--grace')) ?? DEFAULT_GRACE_MS;
  const place = openReadingPlace(cwd);
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveEnded, place, operand, options));
  const [unknown] = tellUnknown(jobs);
  if (unknown !== undefined) throw unknown.unreadable;
  refuseRunning(jobs);
  const client = new Client({notify: say});
  try {
    const tried = await Promise.allSettled(
      jobs.map(async job => ({job, ended: await endOne(client, job, graceMs)})),
    );
    const done = tried.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
    const failures = tried.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (flag(options, 'json'))
      answers.write(`${stringifyWellFormed(jsonOf(done))}\n`, 'What was left was ended');
    else tell(done);
    for (const failure of failures.slice(1)) say(messageOf(failure));
    if (failures.length > 0) throw failures[0];
    return done.some(({ended}) => ended.left !== undefined) ? EXIT.failed : EXIT.done;
  } finally {
    client.close();
  }
}

async function endOne(client: Client, job: ListedJob, graceMs: number): Promise<Ended> {
  const name = visible(job.name);
  try {
    return await client.endLeftovers(keyOfListed(job), {graceMs});
  } catch (cause) {
    if (codeOf(cause) === 'CONNECTION_CLOSED') {
      const message = `The coordinator has left before all was ended that ${name} left behind.`;
      throw new StintError('CONNECTION_CLOSED', message, {cause, hint: 'Run the same again.'});
    }
    if (codeOf(cause) !== 'BAD_REQUEST') throw cause;
    const message = `The coordinator cannot end what ${name} left behind: ${messageOf(cause)}`;
    const hint =
      'If it is of an earlier version, run: stint shutdown   (jobs go on), and then the same again.';
    throw new StintError('BAD_REQUEST', message, {cause, hint});
  }
}

function refuseOthers(operands: readonly string[], options: Options): void {
  const isNamed = operands.length > 0 || options.job !== undefined || options.inv !== undefined;
  const others = ['all', 'hook', 'tag', 'olderThan', 'detach'].filter(name => options[name] !== undefined);
  if (isNamed && others.length === 0) return;
  throw new StintError('USAGE', '--leftovers takes addresses of jobs that have ended, and --grace.', {
    hint: 'stint doctor lists what jobs left behind, with the command for each.',
  });
}

function refuseRunning(jobs: readonly ListedJob[]): void {
  const running = jobs.find(({state, elsewhere}) => !isEnded(state) && elsewhere === undefined);
  if (running === undefined) return;
  const {name, invocation, state} = running;
  const message = `${visible(name)} is ${state.status}: what it left behind is known when it has ended.`;
  const hint = `To end it with all that it started: stint cancel ${addressText(invocation, name)}`;
  throw new StintError('USAGE', message, {hint});
}

function tell(done: readonly Done[]): void {
  for (const {job, ended} of done) say(endedText(job, ended));
  sayLeft(done.flatMap(({ended}) => ended.left ?? []));
  sayUnseen(done.map(({ended}) => ended));
}

function endedText({name}: ListedJob, {ended, left = []}: Ended): string {
  if (ended.length > 0) return `ended what ${visible(name)} left behind: ${processesText(ended)}`;
  return left.length > 0
    ? `nothing of what ${visible(name)} left behind could be ended`
    : `nothing that could be found is left of ${visible(name)}`;
}

function jsonOf(done: readonly Done[]) {
  const hit = done.filter(({ended}) => ended.ended.length > 0 || ended.left !== undefined);
  return {
    count: hit.length,
    names: hit.map(({job}) => `${job.invocation}:${job.name}`),
    jobs: done.map(({job: {invocation, name, state}, ended}) => ({
      invocation_id: invocation,
      name,
      status: state.status,
      exit_code: isEnded(state) ? (state.exitCode ?? null) : null,
      ...ended,
    })),
  };
}
