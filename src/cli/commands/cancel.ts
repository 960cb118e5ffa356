import {messageOf, parseProcessSpace, StintError, spaceText} from '../../base/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/adapters/index.ts';
import {type CancelFilters, type Cancelled, Client} from '../../coordinator/client/index.ts';
import type {Context, Options} from '../command.ts';
import {refuseElsewhere} from '../elsewhere.ts';
import {EXIT} from '../exit-codes.ts';
import {duration, flag, text} from '../option-values.ts';
import {outcomeText} from '../outcome.ts';
import {say} from '../output/write.ts';
import {openReadingPlace, type ReadingPlace} from '../repo.ts';
import {resolveToAct} from '../resolve-acting.ts';
import {tellUnknown} from '../tell-unknown.ts';

const DEFAULT_GRACE_MS = 10_000;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  const filters = await filtersOf(options);
  refuseContradictions(operands, options, filters);
  const graceMs = (await duration(text(options, 'grace'), '--grace')) ?? DEFAULT_GRACE_MS;
  const place = openReadingPlace(cwd);
  const client = new Client({notify: say});
  try {
    const {cancelled, failures} = await cancel(client, place, operands, options, filters, graceMs);
    const outcomes = !flag(options, 'detach')
      ? await Promise.all(cancelled.jobs.map(job => client.wait(job)))
      : [];
    const left = cancelled.elsewhere === undefined ? {} : {elsewhere: cancelled.elsewhere};
    if (options.json) {
      const jobs = outcomes.map(({invocation, name, status, exit_code}) => ({
        invocation_id: invocation,
        name,
        status,
        exit_code,
      }));
      answers.write(
        `${JSON.stringify({count: cancelled.count, names: cancelled.names, jobs, ...left})}\n`,
        `${cancelled.count} jobs were told to end`,
      );
    } else {
      for (const outcome of outcomes) say(outcomeText(outcome));
      if (outcomes.length === 0)
        say(
          cancelled.count === 0
            ? 'there was nothing to cancel'
            : `told to end: ${cancelled.names.join(', ')}`,
        );
    }
    const {elsewhere = []} = cancelled;
    for (const {name, where} of elsewhere) say(`${name} runs ${where} and was left alone`);
    for (const failure of failures.slice(1)) say(messageOf(failure));
    if (failures.length > 0) throw failures[0];
    return elsewhere.length === 0 ? EXIT.done : EXIT.failed;
  } finally {
    client.close();
  }
}

async function cancel(
  client: Client,
  place: ReadingPlace,
  operands: readonly string[],
  options: Options,
  filters: CancelFilters,
  graceMs: number,
): Promise<{readonly cancelled: Cancelled; readonly failures: readonly unknown[]}> {
  if (flag(options, 'all') || Object.keys(filters).length > 0) {
    if (place.repoId === undefined) throw place.lost ?? nothingMatches();
    const done = flag(options, 'all')
      ? await client.cancelAll({repo: place.repoId, graceMs})
      : await client.cancelMatching({...filters, repo: place.repoId}, {graceMs});
    // Whether the filters fit those is not known either.
    const unknown = tellUnknown(place.reader?.list(1) ?? []);
    const failures = unknown.map(({unreadable}) => unreadable);
    const isNone = done.count === 0 && (done.elsewhere ?? []).length === 0 && failures.length === 0;
    if (isNone && !flag(options, 'all')) throw nothingMatches();
    return {cancelled: done, failures};
  }
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => resolveToAct(place, operand, options));
  const open = jobs.filter(({row}) => row.closed_at === null);
  for (const job of jobs) {
    if (!open.includes(job))
      say(`${job.name} (${job.invocation.slice(0, 6)}) is ${job.state.status} already`);
  }
  const unknown = tellUnknown(jobs);
  const tried = await Promise.allSettled(open.map(job => cancelOne(client, job, graceMs, open.length > 1)));
  const all = tried.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
  const elsewhere = all.flatMap(each => each.elsewhere ?? []);
  const isKnown = ({invocation, name}: Cancelled['jobs'][number]) =>
    !unknown.some(job => job.invocation === invocation && job.name === name);
  return {
    cancelled: {
      count: all.reduce((sum, {count}) => sum + count, 0),
      names: all.flatMap(({names}) => names),
      // The end of one that cannot be looked at may never be seen.
      jobs: all.flatMap(each => each.jobs.filter(isKnown)),
      ...(elsewhere.length === 0 ? {} : {elsewhere}),
    },
    failures: [
      ...unknown.map(({unreadable}) => unreadable),
      ...tried.flatMap(each => (each.status === 'rejected' ? [each.reason] : [])),
    ],
  };
}

/** `isOneOfSeveral`: that it runs elsewhere keeps the others from nothing. */
async function cancelOne(
  client: Client,
  job: ListedJob,
  graceMs: number,
  isOneOfSeveral: boolean,
): Promise<Cancelled> {
  try {
    await refuseElsewhere(client, job);
    return await client.cancel(keyOfListed(job), {graceMs});
  } catch (error) {
    if (!isOneOfSeveral || !(error instanceof StintError) || error.code !== 'RUNS_ELSEWHERE') throw error;
    const space = parseProcessSpace(error.details);
    const where = space === undefined ? 'elsewhere' : spaceText(space, 'beside');
    return {count: 0, names: [], jobs: [], elsewhere: [{name: `${job.invocation}:${job.name}`, where}]};
  }
}

/** `--inv` and `--worktree` without `--job` are filters. */
async function filtersOf(options: Options): Promise<CancelFilters> {
  const olderThanMs = await duration(text(options, 'olderThan'), '--older-than');
  const [hook, tag] = [text(options, 'hook'), text(options, 'tag')];
  const byAddress = text(options, 'job') !== undefined;
  const invocationPrefix = byAddress ? undefined : text(options, 'inv');
  const worktree = byAddress ? undefined : text(options, 'worktree');
  return {
    ...(hook === undefined ? {} : {hook}),
    ...(tag === undefined ? {} : {tag}),
    ...(olderThanMs === undefined ? {} : {olderThanMs}),
    ...(invocationPrefix === undefined ? {} : {invocationPrefix}),
    ...(worktree === undefined ? {} : {worktree}),
  };
}

function refuseContradictions(operands: readonly string[], options: Options, filters: CancelFilters): void {
  const kinds = [
    operands.length > 0 || options.job !== undefined,
    flag(options, 'all'),
    Object.keys(filters).length > 0,
  ];
  const given = kinds.filter(Boolean).length;
  if (given === 1) return;
  const hint =
    'Give addresses (stint ls shows them), or filters (--tag, --hook, --worktree, --inv, --older-than), or --all.';
  throw new StintError(
    'USAGE',
    given === 0 ? 'Nothing was named to cancel.' : 'Addresses, filters and --all exclude each other.',
    {hint},
  );
}

function nothingMatches(): StintError {
  return new StintError('NO_MATCH', 'No job that has not ended fits these filters.', {hint: 'Run: stint ls'});
}
