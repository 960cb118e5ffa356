import {StintError} from '../../base/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/adapters/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {readChunks, readLastLines, readLines} from '../../journal/index.ts';
import {onInterrupt, systemClock} from '../../platform/index.ts';
import {catchUp} from '../attend.ts';
import type {Context, Options} from '../command.ts';
import {sayElsewhere, untilWithinReach} from '../elsewhere.ts';
import {EXIT} from '../exit-codes.ts';
import {type LogFilter, logFilter, tellsOutput} from '../log-filter.ts';
import {followLogs} from '../log-follow.ts';
import {lossOf} from '../log-loss.ts';
import {logPrefixes} from '../log-prefixes.ts';
import {isWanted, type LogMode, type LogPrinter, logPrinter} from '../log-printer.ts';
import {parseRecord} from '../log-record.ts';
import {filterSince} from '../log-since.ts';
import {flag} from '../option-values.ts';
import {isTerminal} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {openReadingPlace} from '../repo.ts';
import {resolveJobs} from '../resolve-address.ts';
import {saySampled} from '../sampled.ts';

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  if (flag(options, 'progress')) return progress(operand, options, cwd);
  const wanted = await logFilter(options);
  const mode = modeOf(options);
  const place = openReadingPlace(cwd);
  const jobs = resolveJobs(place, operand, options);
  const [first] = jobs;
  if (place.state === undefined || first === undefined) return EXIT.done;
  sayElsewhere(jobs);
  const prefixes = await prefixesOf(jobs, mode);
  const onTerminal = isTerminal(1);
  if (!flag(options, 'follow')) await catchUp(place.state, jobs);
  const now = systemClock.now();
  const printed = jobs.map((job, at): Printed => {
    const filter = filterSince(wanted, job.journal, now);
    return {job, filter, printer: logPrinter(mode, filter, {prefix: prefixes[at] ?? '', onTerminal})};
  });
  if (tellsOutput(wanted) && mode !== 'json')
    for (const {name, row} of jobs) saySampled(name, row.sample_every);
  if (flag(options, 'follow')) await follow(printed);
  else for (const each of printed) print(each, mode);
  return sayLosses(jobs);
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
  const {printProgress, refuseWithProgress} = await import('../progress-log.ts');
  refuseWithProgress(options);
  const place = openReadingPlace(cwd);
  const jobs = resolveJobs(place, operand, options);
  return place.state === undefined ? EXIT.done : printProgress(place.state, jobs, options);
}

interface Printed {
  readonly job: ListedJob;
  readonly filter: LogFilter;
  readonly printer: LogPrinter;
}

/** Only where several jobs are to be told apart. */
function prefixesOf(jobs: readonly ListedJob[], mode: LogMode): Promise<readonly string[]> {
  return jobs.length > 1 && mode === 'text' ? logPrefixes(jobs) : Promise.resolve([]);
}

function modeOf(options: Options): LogMode {
  if (flag(options, 'raw') && flag(options, 'json'))
    throw new StintError('USAGE', 'Give either --raw or --json, not both.');
  return flag(options, 'raw') ? 'raw' : flag(options, 'json') ? 'json' : 'text';
}

function print({job, filter, printer}: Printed, mode: LogMode): void {
  if (filter.all && mode === 'json') {
    for (const chunk of readChunks(job.journal)) out(chunk);
    return;
  }
  if (filter.tail !== undefined) {
    printer.print(lastWanted(job.journal, filter, filter.tail));
    return;
  }
  for (const lines of readLines(job.journal, {from: filter.from})) {
    printer.print(lines);
    if (printer.isPast) return;
  }
}

/** Looks backwards, further each time, until there are enough. */
function lastWanted(journal: string, filter: LogFilter, count: number): string[] {
  if (count === 0) return [];
  for (let look = count + 16; ; look *= 8) {
    const lines = readLastLines(journal, look);
    const wanted = lines.filter(line => {
      const record = parseRecord(line);
      return record !== undefined && isWanted(record, filter);
    });
    if (wanted.length >= count || lines.length < look) return wanted.slice(-count);
  }
}

/** Follows all of them at once, each line with the name of its job. */
async function follow(jobs: readonly Printed[]): Promise<void> {
  const client = new Client({notify: say});
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  const logs = jobs.map(({job, filter, printer}) => ({
    key: keyOfListed(job),
    journal: job.journal,
    printer,
    from: filter.tail === undefined ? filter.from : printTail(job.journal, filter, filter.tail, printer),
  }));
  try {
    await Promise.all(jobs.map(({job}) => untilWithinReach(client, job, stopped.signal)));
    await followLogs(client, logs, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    restore();
    client.close();
  }
}

/** Prints the last wanted of the records that are there; tells the number behind them. */
function printTail(journal: string, filter: LogFilter, count: number, printer: LogPrinter): number {
  const last = parseRecord(readLastLines(journal, 1)[0] ?? '')?.seq ?? -1;
  printer.print(lastWanted(journal, {...filter, to: Math.min(filter.to, last)}, count));
  return Math.max(filter.from, last + 1);
}
