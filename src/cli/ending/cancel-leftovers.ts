/** `cancel --leftovers`: ends what jobs left behind that have ended, and nothing that still runs. */
import {messageOf, StintError, stringifyWellFormed, visible} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {
  type EndedLeftovers,
  endLeftovers,
  openReadingPlace,
  refuseJobsOfOthers,
  resolveEnded,
  whoAsks,
} from '../../jobs/index.ts';
import type {Context, OptionsOf} from '../command.ts';
import {namedJobs} from '../command-line/named-jobs.ts';
import {duration} from '../command-line/option-values.ts';
import type {CANCEL} from '../definitions/jobs.ts';
import {EXIT} from '../exit-codes.ts';
import {tellUnknown} from '../listing/job-notes.ts';
import {say} from '../output/write.ts';
import {DEFAULT_GRACE_MS, sayLeft, sayUnseen} from './cancel-report.ts';
import {processesText} from './leftovers-text.ts';

type Options = OptionsOf<typeof CANCEL>;

/** The exit code is 1 when something that was found is left. */
export async function cancelLeftovers(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Pick<Context, 'cwd' | 'answers'>,
): Promise<number> {
  refuseOthers(operands, options);
  const graceMs = (await duration(options.grace, '--grace')) ?? DEFAULT_GRACE_MS;
  const place = openReadingPlace(cwd);
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveEnded, place, operand, options));
  const [unknown] = tellUnknown(jobs);
  if (unknown !== undefined) throw unknown.unreadable;
  refuseJobsOfOthers(options.others ? null : whoAsks(), jobs);
  const client = new Client({notify: say});
  try {
    const {done, failures} = await endLeftovers(client, jobs, graceMs);
    if (options.json) answers.write(`${stringifyWellFormed(jsonOf(done))}\n`, 'What was left was ended');
    else tell(done);
    for (const failure of failures.slice(1)) say(messageOf(failure));
    if (failures.length > 0) throw failures[0];
    return done.some(({ended}) => ended.left !== undefined) ? EXIT.failed : EXIT.done;
  } finally {
    client.close();
  }
}

function refuseOthers(operands: readonly string[], options: Options): void {
  const isNamed = operands.length > 0 || options.job !== undefined || options.inv !== undefined;
  const others = (['all', 'hook', 'tag', 'olderThan', 'gone', 'detach'] as const).filter(
    name => options[name] !== undefined,
  );
  if (isNamed && others.length === 0) return;
  throw new StintError('USAGE', '--leftovers takes addresses of jobs that have ended, and --grace.', {
    hint: 'stint doctor lists what jobs left behind, with the command for each.',
  });
}

function tell(done: readonly EndedLeftovers[]): void {
  for (const {job, ended} of done) say(endedText(job, ended));
  sayLeft(done.flatMap(({ended}) => ended.left ?? []));
  sayUnseen(done.map(({ended}) => ended));
}

function endedText({name}: ListedJob, {ended, left = []}: EndedLeftovers['ended']): string {
  if (ended.length > 0) return `ended what ${visible(name)} left behind: ${processesText(ended)}`;
  return left.length > 0
    ? `nothing of what ${visible(name)} left behind could be ended`
    : `nothing that could be found is left of ${visible(name)}`;
}

function jsonOf(done: readonly EndedLeftovers[]) {
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
