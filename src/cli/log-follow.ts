/**
 * Following logs: what is in the file first, then what the coordinator pushes, and from the file again where no
 * coordinator can be had. Records are numbered, so nothing is lost or repeated where one takes over from the other.
 */
import {codeOf, type JobKey} from '../base/index.ts';
import type {Client} from '../coordinator/client/index.ts';
import {followJournal, readLines} from '../journal/index.ts';
import type {LogPrinter} from './log-printer.ts';
import {isClosing, type LogRecord, parseRecord} from './log-record.ts';
import {say} from './output/write.ts';

export interface FollowedLog {
  readonly key: JobKey;
  readonly journal: string;
  readonly printer: LogPrinter;
  /** Number of the first record wanted. */
  readonly from: number;
}

/** Resolves when the log is closed, nothing more can be wanted, or at an abort. */
export async function followLog(
  client: Client,
  {key, journal, printer, from}: FollowedLog,
  signal: AbortSignal,
): Promise<void> {
  let last = from - 1;
  for (const lines of readLines(journal, {from})) {
    printer.print(lines);
    last = parseRecord(lines.at(-1) ?? '')?.seq ?? last;
    if (printer.isPast || lines.some(isClosing)) return;
  }
  try {
    for await (const record of client.tail(key, {sinceSeq: last, signal})) {
      printer.printRecord(record as LogRecord);
      last = record.seq;
      if (printer.isPast) return;
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!WITHOUT_COORDINATOR.has(codeOf(error) ?? '')) throw error;
    say('no coordinator can be reached: following the file, which grows again when there is one');
    await followFile(journal, last + 1, printer, signal);
  }
}

const WITHOUT_COORDINATOR = new Set(['COORDINATOR_UNREACHABLE', 'CONNECTION_CLOSED', 'DISK_FULL', 'TIMEOUT']);

async function followFile(
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
