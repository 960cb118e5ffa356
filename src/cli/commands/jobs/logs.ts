import {StintError} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {isMerged, keyOfListed, type ListedJob} from '../../../coordinator/reader/index.ts';
import {
  catchUp,
  filterSince,
  followLogs,
  type LogFilter,
  lossOf,
  openReadingPlace,
  resolveToRead,
  tailOf,
  tellsOutput,
  untilWithinReach,
} from '../../../jobs/index.ts';
import {readChunks, readLines} from '../../../journal/index.ts';
import {onInterrupt, systemClock} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import type {LOGS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {sayElsewhere, saySampled} from '../../listing/job-notes.ts';
import {logFilter} from '../../logs/filter-options.ts';
import {dataOutput, followingOutput, sayBeside} from '../../logs/log-output.ts';
import {logPrefixes} from '../../logs/log-prefixes.ts';
import {type LogMode, type LogOutput, logPrinter} from '../../logs/log-printers.ts';
import {out, say} from '../../output/write.ts';
import {sayQueued} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof LOGS>;

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  if (options.progress) return progress(operand, options, cwd);
  const wanted = await logFilter(options);
  const mode = modeOf(options);
  const place = openReadingPlace(cwd);
  const jobs = namedJobs(resolveToRead, place, operand, options);
  const [first] = jobs;
  if (place.state === undefined || first === undefined) return EXIT.done;
  if (options.stderr) refuseMerged(jobs);
  sayElsewhere(jobs);
  const prefixes = await prefixesOf(jobs, mode);
  const isFollowed = options.follow === true;
  if (isFollowed) await sayQueued(place.state, jobs);
  else await catchUp(place.state, jobs, say);
  const now = systemClock.now();
  const printed = jobs.map((job, at): Printed => {
    return {job, filter: filterSince(wanted, job.journal, now), prefix: prefixes[at]};
  });
  if (tellsOutput(wanted) && mode !== 'json')
    for (const {name, row} of jobs) saySampled(name, row.sample_every);
  if (isFollowed) await follow(printed, mode);
  else {
    const output = dataOutput();
    for (const each of printed) print(each, mode, output);
  }
  return sayLosses(jobs);
}

/** Of a job with one stream nobody knows what of it was written to stderr. */
function refuseMerged(jobs: readonly ListedJob[]): void {
  const merged = jobs.find(({journal}) => isMerged(journal));
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
    const loss = lossOf(job);
    if (loss === undefined) continue;
    say(`${job.name}: ${loss.text}`);
    if (loss.kind === 'gone' || loss.kind === 'short') code = EXIT.failed;
  }
  return code;
}

/** What it reported instead of what it wrote. */
async function progress(operand: string | undefined, options: Options, cwd: () => string): Promise<number> {
  const {printProgress, refuseWithProgress} = await import('../../progress/progress-log.ts');
  refuseWithProgress(options);
  const place = openReadingPlace(cwd);
  const jobs = namedJobs(resolveToRead, place, operand, options);
  return place.state === undefined ? EXIT.done : printProgress(place.state, jobs, options);
}

interface Printed {
  readonly job: ListedJob;
  readonly filter: LogFilter;
  /** To tell several jobs apart. */
  readonly prefix: string | undefined;
}

/** Only where several jobs are to be told apart. */
function prefixesOf(jobs: readonly ListedJob[], mode: LogMode): Promise<readonly string[]> {
  return jobs.length > 1 && mode === 'text' ? logPrefixes(jobs) : Promise.resolve([]);
}

function modeOf(options: Options): LogMode {
  if (options.raw && options.json === true)
    throw new StintError('USAGE', 'Give either --raw or --json, not both.');
  return options.raw ? 'raw' : options.json ? 'json' : 'text';
}

function print({job, filter, prefix}: Printed, mode: LogMode, output: LogOutput): void {
  if (filter.all && mode === 'json') {
    for (const chunk of readChunks(job.journal)) out(chunk);
    return;
  }
  const wanted = filter.tail === undefined ? filter : lastLines(job, filter, mode, filter.tail);
  const printer = logPrinter(mode, wanted, output, prefix);
  for (const lines of readLines(job.journal, {from: wanted.from})) {
    printer.takeLines(lines);
    if (printer.isPast) break;
  }
  printer.end();
}

/** Of what is there now, and nothing that comes meanwhile. */
function lastLines({journal}: ListedJob, filter: LogFilter, mode: LogMode, count: number): LogFilter {
  const tail = tailOf(journal, filter, count, {ofRecords: mode === 'json'});
  return {...tail.filter, to: Math.min(filter.to, tail.last)};
}

/** Follows all of them at once, each line with the name of its job. */
async function follow(jobs: readonly Printed[], mode: LogMode): Promise<void> {
  const output = await followingOutput();
  const note = sayBeside(output);
  const client = new Client({notify: note});
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  const logs = jobs.map(({job, filter, prefix}) => {
    const {journal} = job;
    const {tail} = filter;
    const wanted =
      tail === undefined ? filter : tailOf(journal, filter, tail, {ofRecords: mode === 'json'}).filter;
    const sink = logPrinter(mode, wanted, output, prefix);
    const isSampled = job.row.sample_every !== 1;
    return {key: keyOfListed(job), journal, sink, from: wanted.from, isSampled};
  });
  try {
    await Promise.all(jobs.map(({job}) => untilWithinReach(client, job, stopped.signal)));
    await followLogs(client, logs, stopped.signal, note);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    restore();
    client.close();
  }
}
