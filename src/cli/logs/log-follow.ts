/**
 * Following logs: what is in the file first, then what the coordinator pushes, and from the file again while no
 * coordinator can be had. Records are numbered, so nothing is lost or repeated where one takes over from the other.
 */
import {setMaxListeners} from 'node:events';
import {dirname} from 'node:path';

import {codeOf, type JobKey} from '../../base/index.ts';
import {placeAfter, placeBehind, withPending} from '../../coordinator/adapters/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {followJournal, readLastLines, readLines} from '../../journal/index.ts';
import {say} from '../output/write.ts';
import {isWithoutCoordinator, ReachAgain} from '../waiting/reach-again.ts';
import type {LogPrinter} from './log-printer.ts';
import {isClosing, type LogRecord, parseRecord} from './log-record.ts';

export interface FollowedLog {
  readonly key: JobKey;
  readonly journal: string;
  readonly printer: LogPrinter;
  /** Number of the first record wanted. */
  readonly from: number;
  /** Not every line is recorded, so what is pending of one may never be. */
  readonly isSampled: boolean;
}

/**
 * Follows all of them at once, also lines that have no end yet. `note` tells a person something meanwhile. Resolves when every log is closed or nothing more of it can be wanted, or at an
 * abort.
 */
export async function followLogs(
  client: Client,
  logs: readonly FollowedLog[],
  signal: AbortSignal,
  note: Note = say,
): Promise<void> {
  const done = new AbortController();
  const ending = AbortSignal.any([signal, done.signal]);
  setMaxListeners(0, ending); // one for each job is no leak, of which Node would warn
  const again = new ReachAgain(client, ending, () =>
    note('no coordinator can be reached: following the file, which grows again when there is one'),
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
    await Promise.all(
      open.map(({log, last}) => followToEnd({client, again, note, signal: ending}, log, last)),
    );
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

type Note = (text: string) => void;

interface Following {
  readonly client: Client;
  readonly again: ReachAgain;
  readonly note: Note;
  readonly signal: AbortSignal;
}

async function followToEnd(following: Following, log: FollowedLog, start: number): Promise<void> {
  try {
    await followLog(following, log, start);
  } finally {
    log.printer.end();
  }
}

/** By turns from the coordinator and from the file, as long as it takes. */
async function followLog(following: Following, log: FollowedLog, start: number): Promise<void> {
  const {client, note, signal} = following;
  const {key, printer} = log;
  let last: number | undefined = start;
  while (last !== undefined && !signal.aborted) {
    try {
      for await (const frame of client.tail(key, {sinceSeq: last, signal, pending: showsPending(log)})) {
        if (!('seq' in frame)) {
          printer.printPending(frame);
          continue;
        }
        printer.printRecord(frame);
        tellLoss(frame, key, note);
        last = frame.seq;
        if (printer.isPast) return;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isWithoutCoordinator(codeOf(error))) throw error;
    }
    last = await followFile(following, log, last);
  }
}

/** Until a coordinator can be had again. Resolves with the last number, or undefined when nothing more is to come. */
async function followFile(
  {again, note, signal}: Following,
  log: FollowedLog,
  start: number,
): Promise<number | undefined> {
  const {key, printer} = log;
  const ending = AbortSignal.any([signal, again.reached()]);
  let last = start;
  for await (const given of fileOf(log, start, ending)) {
    if (given.kind === 'pending') {
      for (const text of given.texts) printer.printPending(text);
      continue;
    }
    const lines = given.records;
    last = printLines(lines, printer, last);
    for (const line of lines.filter(mayTellLoss)) tellLoss(parseRecord(line), key, note);
    if (printer.isPast || lines.some(isClosing)) return undefined;
  }
  return ending.aborted ? last : undefined;
}

function fileOf(log: FollowedLog, last: number, signal: AbortSignal) {
  const {journal} = log;
  const isMadeAnew = () => true; // by the next coordinator
  const lines = followJournal(journal, {from: last + 1, signal, isLast: isClosing, isMadeAnew});
  return withPending(lines, {
    directory: dirname(journal),
    start: showsPending(log) ? placeAfter(journal, last) : undefined,
    placeBehind: batch => (showsPending(log) ? placeBehind(batch.at(-1) ?? '') : undefined),
  });
}

function showsPending({printer, isSampled}: FollowedLog): boolean {
  return printer.showsPending && !isSampled;
}

/** Resolves with the number of the last record printed, or `last` when none of the lines has one. */
function printLines(lines: readonly string[], printer: LogPrinter, last: number): number {
  printer.print(lines);
  return parseRecord(lines.at(-1) ?? '')?.seq ?? last;
}

/** Somebody took the log away while it was followed: who sees only its output is told, too. */
function tellLoss(record: LogRecord | undefined, {name}: JobKey, note: Note): void {
  if (record?.kind !== 'status') return;
  const {event, reason, message} = record.data as {event?: string; reason?: string; message?: string};
  if (event === 'restored') note(`${name}: its log was recorded again: ${reason}`);
  if (event === 'lost' && message !== undefined) note(`${name}: ${message}`);
}

function mayTellLoss(line: string): boolean {
  return (
    line.includes('"kind":"status","data":{"event":"restored"') ||
    line.includes('"kind":"status","data":{"event":"lost"')
  );
}
