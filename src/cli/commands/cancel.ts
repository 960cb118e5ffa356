import {StintError, stringifyWellFormed} from '../../base/index.ts';
import {isUnfinished, keyOfListed} from '../../coordinator/adapters/index.ts';
import {type CancelFilters, type Cancelled, Client} from '../../coordinator/client/index.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {duration, flag, text} from '../option-values.ts';
import {outcomeText} from '../outcome.ts';
import {say} from '../output/write.ts';
import {openReadingPlace, type ReadingPlace} from '../repo.ts';
import {resolveToAct} from '../resolve-acting.ts';

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
    const cancelled = await cancel(client, place, operands, options, filters, graceMs);
    const outcomes = !flag(options, 'detach')
      ? await Promise.all(cancelled.jobs.map(job => client.wait(job)))
      : [];
    if (options.json) {
      const jobs = outcomes.map(({invocation, name, status, exit_code}) => ({
        invocation_id: invocation,
        name,
        status,
        exit_code,
      }));
      answers.write(
        `${stringifyWellFormed({count: cancelled.count, names: cancelled.names, jobs})}\n`,
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
    return EXIT.done;
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
): Promise<Cancelled> {
  if (flag(options, 'all') || Object.keys(filters).length > 0) {
    if (place.repoId === undefined) throw place.lost ?? nothingMatches();
    const done = flag(options, 'all')
      ? await client.cancelAll({repo: place.repoId, graceMs})
      : await client.cancelMatching({...filters, repo: place.repoId}, {graceMs});
    if (done.count === 0 && !flag(options, 'all')) throw nothingMatches();
    return done;
  }
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => resolveToAct(place, operand, options));
  for (const job of jobs) {
    if (!isUnfinished(job)) say(`${job.name} (${job.invocation.slice(0, 6)}) is ${job.state.status} already`);
  }
  const all = await Promise.all(
    jobs.filter(isUnfinished).map(job => client.cancel(keyOfListed(job), {graceMs})),
  );
  return {
    count: all.reduce((sum, {count}) => sum + count, 0),
    names: all.flatMap(({names}) => names),
    jobs: all.flatMap(each => each.jobs),
  };
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
