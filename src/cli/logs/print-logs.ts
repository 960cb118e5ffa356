/** Prints what is there of logs: one as it is in its file, several merged by their times. */
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {
  isClosing,
  type LogFilter,
  type MergedLog,
  mergeLogs,
  parseRecord,
  selectedEntries,
  tailOf,
  UnseenLines,
} from '../../jobs/index.ts';
import {readChunks, readLastLines, readLines} from '../../journal/index.ts';
import {type LogOutput, logPrinter} from './log-printers.ts';
import type {LogRequest, PrintedLog} from './log-request.ts';
import {isCounted, logStages, type StageOptions} from './log-stages.ts';

export interface Printed {
  /** No record was printed. */
  readonly isNothing: boolean;
  /** How far each log was read, where it is told what a reader has not seen. */
  readonly unseen: readonly (UnseenLines | undefined)[];
}

/** What is there now, and nothing that comes meanwhile. Throws what writing does, and `USAGE` where a pattern is given up. */
export function printLogs(logs: readonly PrintedLog[], request: LogRequest, output: LogOutput): Printed {
  const [only] = logs;
  if (only !== undefined && logs.length === 1 && isSimple(only, request)) {
    printOne(only, request, output);
    return {isNothing: false, unseen: []};
  }
  const bounded = logs.map(log => boundedLog(log, request));
  const skips = unitsToSkip(bounded, request);
  const merged = bounded.map((log, at) => {
    const unseen = request.reader === undefined ? undefined : new UnseenLines(log.isOver);
    const printer = logPrinter(request.mode, log.filter, output, log.mark);
    return {...mergedLog(log, request, {unseen, skip: skips?.[at]}), printer, unseen};
  });
  let isNothing = true;
  for (const {log, entries, isOver} of mergeLogs(merged)) {
    if (entries.length > 0) isNothing = false;
    log.printer.takeSelected(entries);
    if (isOver) log.printer.end();
  }
  return {isNothing, unseen: merged.map(({unseen}) => unseen)};
}

/** Whether its lines are printed as they come, one by one. */
function isSimple({mark}: PrintedLog, {grep, plain, reader}: LogRequest): boolean {
  return grep === undefined && !plain && reader === undefined && mark.job === undefined;
}

function printOne({job, filter, mark}: PrintedLog, {mode}: LogRequest, output: LogOutput): void {
  if (filter.all && mode === 'json') {
    for (const chunk of readChunks(job.journal)) output.write(chunk);
    return;
  }
  const wanted = filter.tail === undefined ? filter : lastLines(job, filter, mode === 'json', filter.tail);
  const printer = logPrinter(mode, wanted, output, mark);
  for (const lines of readLines(job.journal, {from: wanted.from})) {
    printer.takeLines(lines);
    if (printer.isPast) break;
  }
  printer.end();
}

function lastLines({journal}: ListedJob, filter: LogFilter, ofRecords: boolean, count: number): LogFilter {
  const tail = tailOf(journal, filter, count, {ofRecords});
  return {...tail.filter, to: Math.min(filter.to, tail.last)};
}

interface BoundedLog extends PrintedLog {
  /** Nothing more will be written. */
  readonly isOver: boolean;
}

/** Up to the last record that is there; where only the last lines of all are wanted, no more than that many of it. */
export function boundedLog(log: PrintedLog, {mode, grep, plain, reader}: LogRequest): BoundedLog {
  const {job, filter} = log;
  const line = readLastLines(job.journal, 1)[0] ?? '';
  const last = parseRecord(line)?.seq ?? -1;
  const bounded = {...log, isOver: isClosing(line), filter: {...filter, to: Math.min(filter.to, last)}};
  const {tail} = filter;
  if (tail === undefined || grep !== undefined || plain || reader !== undefined) return bounded;
  return {...bounded, filter: lastLines(job, bounded.filter, mode === 'json', tail)};
}

export function mergedLog({job, filter}: PrintedLog, request: LogRequest, options: StageOptions): MergedLog {
  const {journal, row} = job;
  return {
    startedAt: row.started_at ?? 0,
    open: () => selectedEntries({journal, filter, ...logStages(request, filter, options)}),
  };
}

/**
 * How many of the first lines (with --json records) of each log are not among the last ones of all that are asked for;
 * undefined where all are wanted. Reads all of them, and keeps only which log the last ones are of.
 */
export function unitsToSkip(logs: readonly BoundedLog[], request: LogRequest): readonly number[] | undefined {
  const {tail} = request.filter;
  if (tail === undefined) return undefined;
  const found = logs.map(() => 0);
  const counted = logs.map((log, at) => {
    const unseen = request.reader === undefined ? undefined : new UnseenLines(log.isOver);
    return {
      ...mergedLog(log, {...request, grep: request.grep && {...request.grep, context: 0}}, {unseen, skip: 0}),
      at,
    };
  });
  let last: number[] = [];
  for (const {log, entries} of mergeLogs(counted)) {
    for (const entry of entries) {
      if (!isCounted(entry, request)) continue;
      found[log.at] = (found[log.at] ?? 0) + 1;
      last.push(log.at);
    }
    if (last.length > 2 * tail + MOST_WAITING) last = last.slice(-tail || last.length);
  }
  for (const at of tail === 0 ? [] : last.slice(-tail)) found[at] = (found[at] ?? 0) - 1;
  return found;
}

const MOST_WAITING = 10_000;
