/**
 * Following logs: what is in the file first, then what the coordinator pushes, and from the file again while no
 * coordinator can be had. Records are numbered, so nothing is lost or repeated where one takes over from the other.
 */
import {setMaxListeners} from 'node:events';

import {codeOf, type JobKey} from '../base/index.ts';
import type {Client} from '../coordinator/client/index.ts';
import {followJournal, readLastLines, readLines} from '../journal/index.ts';
import type {LogPrinter} from './log-printer.ts';
import {isClosing, type LogRecord, parseRecord} from './log-record.ts';
import {say} from './output/write.ts';
import {isWithoutCoordinator, ReachAgain} from './reach-again.ts';

export interface FollowedLog {
  readonly key: JobKey;
  readonly journal: string;
  readonly printer: LogPrinter;
  /** Number of the first record wanted. */
  readonly from: number;
}

/** Follows all of them at once. Resolves when every log is closed or nothing more of it can be wanted, or at an abort. */
export async function followLogs(
  client: Client,
  logs: readonly FollowedLog[],
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const ending = AbortSignal.any([signal, done.signal]);
  setMaxListeners(0, ending); // one for each job is no leak, of which Node would warn
  const again = new ReachAgain(client, ending, () =>
    say('no coordinator can be reached: following the file, which grows again when there is one'),
  );
  const open = logs.flatMap(log => {
    const last = printWhatIsThere(log);
    if (last !== undefined) return [{log, last}];
    log.printer.end();
    return [];
  });
  try {
    // One start for all of them: each stream comes over a connection of its own.
    if (open.length > 1) await client.connect().catch(() => undefined); // they find out themselves
    await Promise.all(open.map(({log, last}) => followToEnd(client, log, last, again, ending)));
  } finally {
    done.abort();
  }
}

/** Resolves with the number of the last record that is there, or undefined when nothing more is to come. */
function printWhatIsThere({journal, printer, from}: FollowedLog): number | undefined {
  // Asked first: what is written after that is not read here any more.
  const isClosed = isClosing(readLastLines(journal, 1)[0] ?? '');
  let last = from - 1;
  for (const lines of readLines(journal, {from})) {
    last = printLines(lines, printer, last);
    if (printer.isPast || lines.some(isClosing)) return undefined;
  }
  return isClosed ? undefined : last;
}

async function followToEnd(
  client: Client,
  log: FollowedLog,
  start: number,
  again: ReachAgain,
  signal: AbortSignal,
): Promise<void> {
  try {
    await followLog(client, log, start, again, signal);
  } finally {
    log.printer.end();
  }
}

/** By turns from the coordinator and from the file, as long as it takes. */
async function followLog(
  client: Client,
  log: FollowedLog,
  start: number,
  again: ReachAgain,
  signal: AbortSignal,
): Promise<void> {
  const {key, printer} = log;
  let last: number | undefined = start;
  while (last !== undefined && !signal.aborted) {
    try {
      for await (const record of client.tail(key, {sinceSeq: last, signal})) {
        printer.printRecord(record as LogRecord);
        sayLoss(record as LogRecord, key);
        last = record.seq;
        if (printer.isPast) return;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isWithoutCoordinator(codeOf(error))) throw error;
    }
    last = await followFile(log, last, again, signal);
  }
}

/** Until a coordinator can be had again. Resolves with the last number, or undefined when nothing more is to come. */
async function followFile(
  {key, journal, printer}: FollowedLog,
  start: number,
  again: ReachAgain,
  signal: AbortSignal,
): Promise<number | undefined> {
  const ending = AbortSignal.any([signal, again.reached()]);
  let last = start;
  const isMadeAnew = () => true; // by the next coordinator
  const options = {from: start + 1, signal: ending, isLast: isClosing, isMadeAnew};
  for await (const lines of followJournal(journal, options)) {
    last = printLines(lines, printer, last);
    for (const line of lines.filter(mayTellLoss)) sayLoss(parseRecord(line), key);
    if (printer.isPast || lines.some(isClosing)) return undefined;
  }
  return ending.aborted ? last : undefined;
}

/** Resolves with the number of the last record printed, or `last` when none of the lines has one. */
function printLines(lines: readonly string[], printer: LogPrinter, last: number): number {
  printer.print(lines);
  return parseRecord(lines.at(-1) ?? '')?.seq ?? last;
}

/** Somebody took the log away while it was followed: who sees only its output is told, too. */
function sayLoss(record: LogRecord | undefined, {name}: JobKey): void {
  if (record?.kind !== 'status') return;
  const {event, reason, message} = record.data as {event?: string; reason?: string; message?: string};
  if (event === 'restored') say(`${name}: its log was recorded again: ${reason}`);
  if (event === 'lost' && message !== undefined) say(`${name}: ${message}`);
}

function mayTellLoss(line: string): boolean {
  return (
    line.includes('"kind":"status","data":{"event":"restored"') ||
    line.includes('"kind":"status","data":{"event":"lost"')
  );
}
