/** Follows logs and prints what comes: what is there of several first, merged by their times. */
import {Client} from '../../coordinator/client/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {
  type FollowedLog,
  followLogs,
  inTurn,
  type LogFilter,
  type LogPrinter,
  type LogSink,
  type LogStage,
  mergeLogs,
  StagedSink,
  tailOf,
  untilWithinReach,
} from '../../jobs/index.ts';
import {onInterrupt} from '../../platform/index.ts';
import {type FollowingOutput, sayBeside} from './log-output.ts';
import {logPrinter} from './log-printers.ts';
import type {LogRequest, PrintedLog} from './log-request.ts';
import {logStages} from './log-stages.ts';
import {boundedLog, mergedLog, unitsToSkip} from './print-logs.ts';

/** Until each of them is closed, or an interrupt. Resolves with whether anything was printed that was looked for. */
export async function followPrinted(
  logs: readonly PrintedLog[],
  request: LogRequest,
  output: FollowingOutput,
): Promise<boolean> {
  const found = {isFound: false};
  const note = sayBeside(output);
  const client = new Client({notify: note});
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  try {
    const followed = begun(logs, request, output, found);
    await Promise.all(logs.map(({job}) => untilWithinReach(client, job, stopped.signal)));
    await followLogs(client, followed, stopped.signal, note);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    restore();
    client.close();
  }
  return found.isFound;
}

interface Begun {
  readonly sink: LogSink;
  readonly from: number;
}

interface Found {
  isFound: boolean;
}

/** With what is there printed, where that is not left to who follows. */
function begun(
  logs: readonly PrintedLog[],
  request: LogRequest,
  output: FollowingOutput,
  found: Found,
): FollowedLog[] {
  const isStaged = request.grep !== undefined || request.plain;
  const isMerged = logs.length > 1 || (isStaged && request.filter.tail !== undefined);
  const sinks = isMerged
    ? mergedFirst(logs, request, output, found)
    : logs.map(log => onlyOne(log, request, output, found));
  return logs.map(({job}, at) => {
    const {sink, from} = sinks[at] as Begun;
    return {key: keyOfListed(job), journal: job.journal, sink, from, isSampled: job.row.sample_every !== 1};
  });
}

function onlyOne(
  {job, filter, mark}: PrintedLog,
  request: LogRequest,
  output: FollowingOutput,
  found: Found,
): Begun {
  const {tail} = filter;
  const wanted =
    tail === undefined
      ? filter
      : tailOf(job.journal, filter, tail, {ofRecords: request.mode === 'json'}).filter;
  const printer = logPrinter(request.mode, wanted, output, mark);
  const {stage} = logStages(request, wanted, {isFollowed: true});
  return {sink: staged(wanted, stage, printer, found), from: wanted.from};
}

function staged(
  filter: LogFilter,
  stage: LogStage | undefined,
  printer: LogPrinter,
  found: Found,
): LogPrinter {
  if (stage === undefined) return printer;
  const noting: LogStage = {
    take: entries => {
      if (entries.length > 0) found.isFound = true;
      return entries;
    },
    end: () => [],
  };
  return new StagedSink(filter, inTurn([stage, noting]), printer);
}

function mergedFirst(
  logs: readonly PrintedLog[],
  request: LogRequest,
  output: FollowingOutput,
  found: Found,
): Begun[] {
  const bounded = logs.map(log => boundedLog(log, request));
  const skips = unitsToSkip(bounded, request);
  const isStaged = request.grep !== undefined || request.plain;
  const merged = bounded.map((log, at) => {
    const {filter, mark} = logs[at] as PrintedLog;
    const printer = logPrinter(request.mode, filter, output, mark);
    const {stage} = logStages(request, filter, {isFollowed: true, skip: isStaged ? skips?.[at] : undefined});
    const sink = staged(filter, stage, printer, found);
    // What goes through the stages of what is followed must not go through them twice.
    const plainly = isStaged ? {...request, grep: undefined, plain: false} : request;
    const first = mergedLog(log, plainly, {isFollowed: true, skip: isStaged ? undefined : skips?.[at]});
    return {...first, sink, from: Math.max(filter.from, log.filter.to + 1)};
  });
  for (const {log, entries} of mergeLogs(merged)) log.sink.takeSelected(entries);
  return merged;
}
