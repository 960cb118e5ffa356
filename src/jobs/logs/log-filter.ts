/** Which records of a log are wanted. */
import type {LogRecord} from './log-record.ts';

export interface LogFilter {
  readonly kinds: ReadonlySet<string>;
  /** Lowest and highest number wanted. */
  readonly from: number;
  readonly to: number;
  /** Where a kind begins later than that: number of the first record of it. */
  readonly begins?: Readonly<Record<string, number>>;
  /** Only those of the last so many milliseconds: `filterSince` makes it the first number wanted, log by log. */
  readonly ageMs: number | undefined;
  /** Only those that are older than so many milliseconds: the same for the last number. */
  readonly untilAgeMs?: number | undefined;
  /** Only the last so many lines of the wanted; where records are printed, so many records. */
  readonly tail: number | undefined;
  /** Every record is wanted. */
  readonly all: boolean;
}

/** All that the job wrote, and with `status` what happened to it: then every record is wanted. */
export function wholeLog({status}: {readonly status: boolean}): LogFilter {
  return {
    kinds: new Set(['stdout', 'stderr', ...(status ? ['status'] : [])]),
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    ageMs: undefined,
    tail: undefined,
    all: status,
  };
}

/** Whether any of what the job wrote is wanted. */
export function tellsOutput({kinds}: LogFilter): boolean {
  return kinds.has('stdout') || kinds.has('stderr');
}

export function isWanted({seq, kind}: LogRecord, {from, begins, to, kinds}: LogFilter): boolean {
  return seq >= (begins?.[kind] ?? from) && seq <= to && kinds.has(kind);
}
