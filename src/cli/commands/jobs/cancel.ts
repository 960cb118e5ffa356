import {messageOf, StintError} from '../../../base/index.ts';
import {type CancelFilters, type Cancelled, Client} from '../../../coordinator/client/index.ts';
import {jobOfOthers} from '../../../coordinator/domain/index.ts';
import {
  type CancelReport,
  cancelJobs,
  openReadingPlace,
  type ReadingPlace,
  refuseJobsOfOthers,
  resolveToAct,
  whoAsks,
} from '../../../jobs/index.ts';
import type {Answers, Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import {duration, durationOrZero} from '../../command-line/option-values.ts';
import type {CANCEL} from '../../definitions/jobs.ts';
import {DEFAULT_GRACE_MS, reportCancelled, reportTold} from '../../ending/cancel-report.ts';
import {sayLeftovers} from '../../ending/say-leftovers.ts';
import {EXIT} from '../../exit-codes.ts';
import {tellUnknown} from '../../listing/job-notes.ts';
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

/** Nothing that was found, or may be meant, was left alone. */
function leavesNobodyAlone({elsewhere = [], unsure = []}: Cancelled): boolean {
  return elsewhere.length === 0 && unsure.length === 0;
}

/** Says what is not told with the report. */
async function cancel(
  client: Client,
  place: ReadingPlace,
  operands: readonly string[],
  options: Options,
  filters: CancelFilters,
  graceMs: number,
): Promise<CancelReport> {
  const asker = options.others ? null : whoAsks();
  if (options.all || Object.keys(filters).length > 0) {
    if (place.repoId === undefined) throw place.lost ?? nothingMatches();
    const wish = {graceMs, askedBy: asker ?? undefined};
    const cancelled = options.all
      ? await client.cancelAll({repo: place.repoId, ...wish})
      : await client.cancelMatching({...filters, repo: place.repoId}, wish);
    // Whether the filters fit those is not known either.
    const unknown = tellUnknown(place.reader?.list(1) ?? []);
    const isNone = cancelled.count === 0 && leavesNobodyAlone(cancelled) && unknown.length === 0;
    if (isNone && !options.all) throw nothingOf(asker, cancelled.others) ?? nothingMatches();
    return {cancelled, failures: unknown.map(({unreadable}) => unreadable)};
  }
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveToAct, place, operand, options));
  refuseJobsOfOthers(
    asker,
    jobs.filter(({row}) => row.closed_at === null),
  );
  for (const {name, invocation, row, state} of jobs)
    if (row.closed_at !== null) say(`${name} (${invocation.slice(0, 6)}) is ${state.status} already`);
  // What is left of one that somebody wanted to end is told, or ended, with that.
  await sayLeftovers(
    place.state,
    jobs.filter(({row, state}) => row.closed_at !== null || state.status !== 'cancelled'),
  );
  tellUnknown(jobs);
  return cancelJobs(client, jobs, graceMs);
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
    ...(options.gone ? {gone: true} : {}),
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
    'Give addresses (stint ls shows them), or filters (--tag, --hook, --worktree, --inv, --older-than, --gone), or --all.';
  throw new StintError(
    'USAGE',
    given === 0 ? 'Nothing was named to cancel.' : 'Addresses, filters and --all exclude each other.',
    {hint},
  );
}

/** Only jobs of others fit. */
function nothingOf(asker: string | null, others: Cancelled['others'] = []): StintError | undefined {
  if (asker === null || others.length === 0) return undefined;
  return jobOfOthers(
    asker,
    others.map(({name, by}) => ({address: name, by})),
  );
}

function nothingMatches(): StintError {
  return new StintError('NO_MATCH', 'No job that has not ended fits these filters.', {hint: 'Run: stint ls'});
}
