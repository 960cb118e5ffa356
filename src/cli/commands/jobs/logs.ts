import {StintError} from '../../../base/index.ts';
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {
  catchUp,
  cutText,
  exactAddress,
  filterSince,
  lossOf,
  openReadingPlace,
  tellsOutput,
} from '../../../jobs/index.ts';
import {systemClock} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {LOGS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {sayElsewhere, saySampled} from '../../listing/job-notes.ts';
import {type ChosenJobs, chosenJobs} from '../../logs/chosen-jobs.ts';
import {decorated} from '../../logs/log-decoration.ts';
import {followingOutput} from '../../logs/log-output.ts';
import {logPrefixes} from '../../logs/log-prefixes.ts';
import type {LogRequest, PrintedLog} from '../../logs/log-request.ts';
import {printBounded} from '../../logs/print-bounded.ts';
import {logRequest} from '../../logs/request-options.ts';
import {say} from '../../output/write.ts';
import {sayQueued} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof LOGS>;

export async function run(operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  if (options.progress) return progress(operands, options, cwd);
  const now = systemClock.now();
  const request = await logRequest(options, now);
  const place = openReadingPlace(cwd);
  const chosen = await chosenJobs(place, operands, options);
  const {jobs} = chosen;
  if (place.state === undefined || jobs.length === 0) return EXIT.done;
  if (options.stderr) refuseMerged(jobs);
  sayElsewhere(jobs);
  if (request.follow) await sayQueued(place.state, jobs);
  else await catchUp(place.state, jobs, say);
  const logs = await printedLogs(chosen, request, now);
  if (tellsOutput(request.filter) && request.mode !== 'json')
    for (const {name, row} of jobs) saySampled(name, row.sample_every);
  const isFound = request.follow ? await follow(logs, request, now) : printBounded(logs, request, now);
  const code = sayLosses(jobs);
  return code === EXIT.done && request.grep !== undefined && !isFound ? EXIT.noMatch : code;
}

async function follow(logs: readonly PrintedLog[], request: LogRequest, now: number): Promise<boolean> {
  const {followPrinted} = await import('../../logs/follow-printed.ts');
  return followPrinted(logs, request, decorated(await followingOutput(), request, logs, now));
}

async function printedLogs(
  {jobs, areSeveral}: ChosenJobs,
  {filter, mode}: LogRequest,
  now: number,
): Promise<readonly PrintedLog[]> {
  const prefixes = areSeveral && mode === 'text' ? await logPrefixes(jobs) : [];
  return jobs.map((job, at) => ({
    job,
    filter: filterSince(filter, job.journal, now),
    mark: {prefix: prefixes[at], job: areSeveral && mode === 'json' ? exactAddress(job) : undefined},
  }));
}

/** Of a job with one stream nobody knows what of it was written to stderr. */
function refuseMerged(jobs: readonly ListedJob[]): void {
  const merged = jobs.find(({row}) => row.merged === 1);
  if (merged !== undefined)
    throw new StintError(
      'USAGE',
      `${merged.name} has no stderr of its own: it was run with --merge, so all that it wrote is its stdout.`,
      {hint: 'Leave --stderr out.'},
    );
}

/** What was asked for and is not there any more. */
function sayLosses(jobs: readonly ListedJob[]): number {
  let code: number = EXIT.done;
  for (const job of jobs) {
    const {state} = job;
    if (state.status !== 'queued' && state.cutBytes !== undefined)
      say(`${job.name}: ${cutText(state.cutBytes)}`);
    const loss = lossOf(job);
    if (loss === undefined) continue;
    say(`${job.name}: ${loss.text}`);
    if (loss.kind === 'gone' || loss.kind === 'short') code = EXIT.failed;
  }
  return code;
}

/** What they reported instead of what they wrote. */
async function progress(operands: readonly string[], options: Options, cwd: () => string): Promise<number> {
  const {printProgress, refuseWithProgress} = await import('../../progress/progress-log.ts');
  refuseWithProgress(options);
  const place = openReadingPlace(cwd);
  const {jobs} = await chosenJobs(place, operands, options);
  return place.state === undefined ? EXIT.done : printProgress(place.state, jobs, options);
}
