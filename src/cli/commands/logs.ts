import {StintError} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/adapters/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {followJournal, readChunks, readLastLines, readLines} from '../../journal/index.ts';
import {onInterrupt, systemClock} from '../../platform/index.ts';
import {catchUp} from '../attend.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {type LogFilter, logFilter} from '../log-filter.ts';
import {isWanted, type LogMode, type LogPrinter, logPrinter} from '../log-printer.ts';
import {isClosing, parseRecord} from '../log-record.ts';
import {flag} from '../option-values.ts';
import {out, say} from '../output/write.ts';
import {openReadingPlace} from '../repo.ts';
import {resolveJobs} from '../resolve-address.ts';

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const filter = await logFilter(options, systemClock.now());
  const mode = modeOf(options);
  const place = openReadingPlace(cwd);
  const jobs = resolveJobs(place, operand, options);
  const [first] = jobs;
  if (place.state === undefined || first === undefined) return EXIT.done;
  if (flag(options, 'follow')) {
    if (jobs.length > 1) {
      throw new StintError(
        'AMBIGUOUS',
        `${operand} has ${jobs.length} jobs; one can be followed at a time.`,
        {
          hint: `For example: stint logs -f ${first.invocation}:${first.name}`,
        },
      );
    }
    return follow(place.state, first, filter, mode);
  }
  await catchUp(place.state, jobs);
  for (const job of jobs)
    print(job, filter, mode, jobs.length > 1 && mode === 'text' ? `${job.name} | ` : '');
  return EXIT.done;
}

function modeOf(options: Options): LogMode {
  if (flag(options, 'raw') && flag(options, 'json'))
    throw new StintError('USAGE', 'Give either --raw or --json, not both.');
  return flag(options, 'raw') ? 'raw' : flag(options, 'json') ? 'json' : 'text';
}

function print(job: ListedJob, filter: LogFilter, mode: LogMode, prefix: string): void {
  if (filter.all && mode === 'json') {
    for (const chunk of readChunks(job.journal)) out(chunk);
    return;
  }
  const printer = logPrinter(mode, filter, prefix);
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

async function follow(state: string, job: ListedJob, filter: LogFilter, mode: LogMode): Promise<number> {
  const printer = logPrinter(mode, filter);
  let from = filter.from;
  if (filter.tail !== undefined) {
    const lines = [...readLines(job.journal, {last: 1})].flat();
    from = Math.max(from, (parseRecord(lines.at(-1) ?? '')?.seq ?? -1) + 1);
    printer.print(lastWanted(job.journal, {...filter, to: Math.min(filter.to, from - 1)}, filter.tail));
    if (lines.some(isClosing)) return EXIT.done;
  }
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  const recording = keepRecording(state, stopped.signal);
  try {
    await printUntilClosed(job.journal, from, printer, stopped.signal);
  } finally {
    stopped.abort();
    restore();
    await recording;
  }
  return EXIT.done;
}

async function printUntilClosed(
  journal: string,
  from: number,
  printer: LogPrinter,
  signal: AbortSignal,
): Promise<void> {
  for await (const lines of followJournal(journal, {from, signal})) {
    printer.print(lines);
    if (printer.isPast || lines.some(isClosing)) return;
  }
}

/** Somebody has to record what is followed: a coordinator that dies is replaced at once. */
async function keepRecording(state: string, signal: AbortSignal): Promise<void> {
  const client = new Client({state, notify: say});
  const end = () => client.close();
  signal.addEventListener('abort', end, {once: true});
  try {
    while (!signal.aborted) {
      const connection = await client.connect();
      await new Promise<void>(resolve =>
        connection.isOpen && !signal.aborted ? connection.onceClosed(resolve) : resolve(),
      );
    }
  } catch (error) {
    if (!signal.aborted)
      say(`nobody records what the job writes: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    client.close();
  }
}
