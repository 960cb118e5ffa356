/** What the clocks of a worker tell in one record, as far as it can be true. */
import type {ProgressRecord} from '../../record.ts';

/** Between which moments all records were written, Unix milliseconds. What tells another time tells none. */
export interface TimeBounds {
  /** When the job was submitted, for instance. */
  readonly from?: number | undefined;
  /** Now, or when the file was written last. It is asked for at each record: a file may grow while it is read. */
  readonly to?: (() => number) | undefined;
}

/** Unix milliseconds and milliseconds; NaN is unknown. */
export interface ClockReading {
  readonly wall: number;
  /** Since the writer began. */
  readonly elapsed: number;
  /** No run went on for longer until then. */
  readonly most: number;
}

/** A file system dates a write a little earlier than its writer does. */
export const SLACK_MS = 100;
/** 2000 and 2200: where nobody knows the bounds, a time in other units or of a clock that was never set is none. */
const [EARLIEST, LATEST] = [946_684_800_000, 7_258_118_400_000];

export function readClocks(
  {ts_ms, elapsed_ms}: Pick<ProgressRecord, 'ts_ms' | 'elapsed_ms'>,
  bounds: TimeBounds,
): ClockReading {
  const from = earliest(bounds);
  const to = Math.min(bounds.to?.() ?? LATEST, LATEST);
  const most = Math.max(0, to - from);
  const wall = ts_ms >= from && ts_ms <= to + SLACK_MS ? ts_ms : Number.NaN;
  const isPossible =
    elapsed_ms !== undefined && elapsed_ms >= 0 && elapsed_ms <= most && !(wall - elapsed_ms < from);
  return {wall, elapsed: isPossible ? elapsed_ms : Number.NaN, most};
}

/** The earliest moment that a record within these bounds can tell, Unix milliseconds. */
export function earliest({from = EARLIEST}: TimeBounds): number {
  return Math.max(from, EARLIEST) - SLACK_MS;
}
