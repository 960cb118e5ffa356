/**
 * Following logs: what is in the file first, then what the coordinator pushes, and from the file again while no
 * coordinator can be had. Records are numbered, so nothing is lost or repeated where one takes over from the other.
 */
import {setMaxListeners} from 'node:events';
import {dirname} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {placeAfter, placeBehind, withPending} from '../../coordinator/adapters/index.ts';
import type {Client, Reconnection} from '../../coordinator/client/index.ts';
import {followJournal, readLastLines, readLines} from '../../journal/index.ts';
import {isClosing, type LogRecord, parseRecord} from './log-record.ts';
import type {LogSink} from './log-sink.ts';
import {cutTextOf} from './losses/log-cut.ts';

export interface FollowedLog {
  readonly key: JobKey;
  readonly journal: string;
  readonly sink: LogSink;
  /** Number of the first record wanted. */
  readonly from: number;
  /** Not every line is recorded, so what is pending of one may never be. */
  readonly isSampled: boolean;
}

type Note = (text: string) => void;

/**
 * Follows all of them at once, also lines that have no end yet. `note` tells a person something meanwhile. Resolves when
 * every log is closed or nothing more of it can be wanted, or at an abort.
 */
export async function followLogs(
  client: Client,
  logs: readonly FollowedLog[],
  signal: AbortSignal,
  note: Note,
): Promise<void> {
  const {Reconnection} = await import('../../coordinator/client/index.ts');
  const done = new AbortController();
  const ending = AbortSignal.any([signal, done.signal]);
  setMaxListeners(0, ending); // one for each job is no leak, of which Node would warn
  const again = new Reconnection(client, ending, () =>
    note('no coordinator can be reached: following the file, which grows again when there is one'),
  );
  const open = logs.flatMap(log => {
    const last = takeWhatIsThere(log);
    if (last !== undefined) return [{log, last}];
    log.sink.end();
    return [];
  });
  try {
    // One start for all of them: each stream comes over a connection of its own.
    if (open.length > 1) await client.connect().catch(() => undefined); // they find out themselves
    const following = {client, again, note, signal: ending};
    await Promise.all(open.map(({log, last}) => followToEnd(following, log, last)));
  } finally {
    done.abort();
  }
}

/** Waits until these logs are closed, so that nothing can be written any more by the jobs; or for an abort. */
export function untilClosed(
  client: Client,
  jobs: readonly Pick<FollowedLog, 'key' | 'journal'>[],
  signal: AbortSignal,
  note: Note,
): Promise<void> {
  const logs = jobs.map(({key, journal}) => ({key, journal, sink: SILENT, from: BEYOND, isSampled: false}));
  return followLogs(client, logs, signal, note);
}

/** No record is numbered so: only the end of the log is waited for. */
const BEYOND = Number.MAX_SAFE_INTEGER;
const SILENT: LogSink = {
  takeLines: () => undefined,
  takeEntries: () => undefined,
  wantsPending: false,
  takePending: () => undefined,
  end: () => undefined,
  isPast: false,
};

/** Resolves with the number of the last record that is there, or undefined when nothing more is to come. */
function takeWhatIsThere({journal, sink, from}: FollowedLog): number | undefined {
  // Asked first: what is written after that is not read here any more.
  const isClosed = isClosing(readLastLines(journal, 1)[0] ?? '');
  let last = from - 1;
  for (const lines of readLines(journal, {from})) {
    last = takeLines(lines, sink, last);
    if (sink.isPast || lines.some(isClosing)) return undefined;
  }
  return isClosed ? undefined : last;
}

interface Following {
  readonly client: Client;
  readonly again: Reconnection;
  readonly note: Note;
  readonly signal: AbortSignal;
}

/** By turns from the coordinator and from the file, as long as it takes. */
async function followToEnd(
  {client, again, note, signal}: Following,
  log: FollowedLog,
  start: number,
): Promise<void> {
  const {key, sink} = log;
  let last = start;
  let isOver = false;
  const fromCoordinator = async () => {
    if (isOver) return;
    for await (const frame of client.tail(key, {sinceSeq: last, signal, pending: wantsPending(log)})) {
      if (!('seq' in frame)) {
        sink.takePending(frame);
        continue;
      }
      sink.takeEntries([{record: frame}]);
      tellLoss(frame, key, note);
      last = frame.seq;
      if (sink.isPast) return;
    }
  };
  const fromFile = async (reached: AbortSignal) => {
    for await (const given of fileOf(log, last, reached)) {
      if (given.kind === 'pending') {
        for (const text of given.texts) sink.takePending(text);
        continue;
      }
      const lines = given.records;
      last = takeLines(lines, sink, last);
      for (const line of lines.filter(mayTellLoss)) tellLoss(parseRecord(line), key, note);
      isOver = sink.isPast || lines.some(isClosing);
      if (isOver) return;
    }
    isOver = !reached.aborted;
  };
  try {
    await again.through(fromCoordinator, fromFile);
  } finally {
    sink.end();
  }
}

function fileOf(log: FollowedLog, last: number, signal: AbortSignal) {
  const {journal} = log;
  const isMadeAnew = () => true; // by the next coordinator
  const lines = followJournal(journal, {from: last + 1, signal, isLast: isClosing, isMadeAnew});
  return withPending(lines, {
    directory: dirname(journal),
    start: wantsPending(log) ? placeAfter(journal, last) : undefined,
    placeBehind: batch => (wantsPending(log) ? placeBehind(batch.at(-1) ?? '') : undefined),
  });
}

function wantsPending({sink, isSampled}: FollowedLog): boolean {
  return sink.wantsPending && !isSampled;
}

/** The number of the last record taken, or `last` when none of the lines has one. */
function takeLines(lines: readonly string[], sink: LogSink, last: number): number {
  sink.takeLines(lines);
  return parseRecord(lines.at(-1) ?? '')?.seq ?? last;
}

/** Somebody took the log away while it was followed: who sees only its output is told, too. */
function tellLoss(record: LogRecord | undefined, {name}: JobKey, note: Note): void {
  if (record?.kind !== 'status') return;
  const {event, reason, message} = record.data as {event?: string; reason?: string; message?: string};
  const cut = cutTextOf(record.data);
  if (cut !== undefined) note(`${name}: ${cut}`);
  if (event === 'restored') note(`${name}: its log was recorded again: ${reason}`);
  if (event === 'lost' && message !== undefined) note(`${name}: ${message}`);
}

function mayTellLoss(line: string): boolean {
  return LOSSES.some(event => line.includes(`"kind":"status","data":{"event":"${event}"`));
}

const LOSSES = ['restored', 'lost', 'truncated', 'uncapped'];
