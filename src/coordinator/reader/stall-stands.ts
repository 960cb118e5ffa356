/**
 * Whether a stall that is on record still stands, told from the job's files alone. It does until the worker really moved,
 * or said for what it waits, or the job printed something new. What came later is told by where it stands in the files,
 * or by what stands there in the place of what was known, not by a clock: a file that was touched, a heartbeat, a line that is no record and a clock that is ahead end no stall.
 */
import {isWorkRewritten, outputSince} from '../adapters/index.ts';
import type {Stall} from '../domain/index.ts';
import type {ReadRecord} from './progress-tail.ts';
import {TailActivity} from './tail-activity.ts';

export interface StallFindings {
  readonly directory: string;
  /** From before the stall on, or all there are. */
  readonly records: readonly ReadRecord[];
  readonly isTorn: boolean;
  /** Of the file in which they stand. */
  readonly size: number;
  /** When it last printed, and now, Unix milliseconds. */
  readonly printedAt: number | undefined;
  readonly now: number;
}

export function stallStands(
  {since, seen, seenWork}: Stall,
  {directory, records, isTorn, size, printedAt, now}: StallFindings,
): boolean {
  // A record of an earlier version does not say what was known then: of those the clocks are believed.
  const isLater = ({record, begin}: ReadRecord) =>
    seen === undefined ? record.ts_ms > since && record.ts_ms <= now : size < seen[0] || begin >= seen[0];
  if (seen !== undefined && isWorkRewritten(directory, seen[0], seenWork)) return false;
  const activity = new TailActivity<undefined>(isTorn);
  for (const read of records) {
    const shown = activity.add(read.record, undefined);
    if (isLater(read) && (shown === 'movement' || shown === 'waiting')) return false;
  }
  if (seen === undefined) return printedAt === undefined || printedAt <= since;
  return !hasPrinted(directory, seen);
}

function hasPrinted(directory: string, [, out, err]: NonNullable<Stall['seen']>): boolean {
  try {
    return outputSince(directory, [out, err]).isNew;
  } catch {
    return false; // what a job does to its own files never breaks a list, nor does it end a stall
  }
}
