import {messageOf, parseProcessSpace, StintError, spaceText} from '../../../base/index.ts';
import {type CancelFilters, type Cancelled, Client} from '../../../coordinator/client/index.ts';
import {keyOfListed, type ListedJob} from '../../../coordinator/reader/index.ts';
import {openReadingPlace, type ReadingPlace, refuseElsewhere, resolveToAct} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import {duration, durationOrZero} from '../../command-line/option-values.ts';
import type {CANCEL} from '../../definitions/jobs.ts';
import {DEFAULT_GRACE_MS, reportCancelled, reportTold} from '../../ending/cancel-report.ts';
import {sayLeftovers} from '../../ending/leftovers-text.ts';
import {EXIT} from '../../exit-codes.ts';
import {tellUnknown} from '../../listing/job-notes.ts';
import type {Answers} from '../../output/answers.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof CANCEL>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  if (options.leftovers) {
    const {cancelLeftovers} = await import('../../ending/cancel-leftovers.ts');
    return cancelLeftovers(operands, options, {cwd, answers});
  }
  const filters = await filtersOf(options);
  refuseContradictions(operands, options, filters);
  const graceMs = (await durationOrZero(options.grace, '--grace')) ?? DEFAULT_GRACE_MS;
  const place = openReadingPlace(cwd);
  const client = new Client({notify: say});
  try {
    const {cancelled, failures} = await cancel(client, place, operands, options, filters, graceMs);
    const code = isOnlyFailure(cancelled, failures)
      ? EXIT.failed
      : await report(client, cancelled, options, answers);
    const [failure, ...more] = failures;
    for (const each of more) say(messageOf(each));
    if (failure !== undefined) throw failure;
    return code;
  } finally {
    client.close();
  }
}

/** Nothing was done: then there is nothing to tell but why. */
function isOnlyFailure({count, jobs, elsewhere}: Cancelled, failures: readonly unknown[]): boolean {
  return failures.length > 0 && count === 0 && jobs.length === 0 && elsewhere === undefined;
}

async function report(
  client: Client,
  cancelled: Cancelled,
  options: Options,
  answers: Answers,
): Promise<number> {
  const manner = options.json ? 'json' : options.quiet ? 'quiet' : 'words';
  if (options.detach) return reportTold(cancelled, manner, answers);
  const outcomes = await Promise.all(cancelled.jobs.map(job => client.waitUntilGone(job)));
  return reportCancelled(cancelled, outcomes, manner, answers);
}

async function cancel(
  client: Client,
  place: ReadingPlace,
  operands: readonly string[],
  options: Options,
  filters: CancelFilters,
  graceMs: number,
): Promise<{readonly cancelled: Cancelled; readonly failures: readonly unknown[]}> {
  if (options.all || Object.keys(filters).length > 0) {
    if (place.repoId === undefined) throw place.lost ?? nothingMatches();
    const done = options.all
      ? await client.cancelAll({repo: place.repoId, graceMs})
      : await client.cancelMatching({...filters, repo: place.repoId}, {graceMs});
    // Whether the filters fit those is not known either.
    const unknown = tellUnknown(place.reader?.list(1) ?? []);
    const failures = unknown.map(({unreadable}) => unreadable);
    const isNone = done.count === 0 && (done.elsewhere ?? []).length === 0 && failures.length === 0;
    if (isNone && !options.all) throw nothingMatches();
    return {cancelled: done, failures};
  }
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveToAct, place, operand, options));
  const open = jobs.filter(({row}) => row.closed_at === null);
  for (const job of jobs) {
    if (!open.includes(job))
      say(`${job.name} (${job.invocation.slice(0, 6)}) is ${job.state.status} already`);
  }
  // What is left of one that somebody wanted to end is told, or ended, with that.
  await sayLeftovers(
    place.state,
    jobs.filter(({row, state}) => row.closed_at !== null || state.status !== 'cancelled'),
  );
  const unknown = tellUnknown(jobs);
  const tried = await Promise.allSettled(open.map(job => cancelOne(client, job, graceMs, open.length > 1)));
  const all = tried.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
  const elsewhere = all.flatMap(each => each.elsewhere ?? []);
  // Also those that have ended, for what an earlier cancel does not leave of them; the end of one that cannot be looked at
  // may never be seen.
  const awaited = open.filter((job, at) => {
    const answer = tried[at];
    return answer?.status === 'fulfilled' && answer.value.elsewhere === undefined && !unknown.includes(job);
  });
  return {
    cancelled: {
      count: all.reduce((sum, {count}) => sum + count, 0),
      names: all.flatMap(({names}) => names),
      jobs: awaited.map(keyOfListed),
      refused: all.flatMap(({refused = []}) => refused),
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
  const olderThanMs = await duration(options.olderThan, '--older-than');
  const [hook, tag] = [options.hook, options.tag];
  const byAddress = options.job !== undefined;
  const invocationPrefix = byAddress ? undefined : options.inv;
  const worktree = byAddress ? undefined : options.worktree;
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
    options.all === true,
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
