/**
 * How far a job is that is not closed, told by whoever can read its directory: from the end of what it reported, and from
 * when it last wrote anything. A heartbeat does not count, nor what a coordinator writes. What a job does to its own files
 * never breaks a list: where they cannot be read, it did not report.
 */
import {closeSync, constants, fstatSync, openSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {beforeEnd, lineStart, type Stretch} from '../../base/index.ts';
import {linesBack} from '../../platform/index.ts';
import {
  type EtaReport,
  MovementDetector,
  ProgressAnalysis,
  type ProgressNow,
  type ProgressRecord,
  parseProgressLine,
} from '../../progress/index.ts';
import {JOB_FILES} from '../adapters/index.ts';

export interface PresentProgress {
  /** Where the newest run stands; undefined for a job that never reported. */
  readonly now: ProgressNow | undefined;
  readonly eta: EtaReport | undefined;
  /** When it last moved or printed something, Unix milliseconds; undefined where nothing tells. */
  readonly movedAt: number | undefined;
  /** Where nothing but heartbeats is in the tail: when they begin. It may have moved later than `movedAt`, but before that. */
  readonly onlyBeatsSince: number | undefined;
}

export interface PresentProgressOptions {
  /** Unix milliseconds: nothing that it reported is older. */
  readonly submittedAt: number;
  /** From its start until now, while its command runs; undefined once it has ended. */
  readonly ran: Stretch | undefined;
  /** Of what it reported so many bytes at the end are read. */
  readonly tailBytes: number;
}

/** Enough for a list of many jobs: some hundred records. */
export const SHORT_TAIL_BYTES = 64 * 1024;
/** For who asks about one job: what it reported in hours, in a moment. */
export const LONG_TAIL_BYTES = 16 * 1024 * 1024;

export function presentProgress(
  directory: string,
  {submittedAt, ran, tailBytes}: PresentProgressOptions,
): PresentProgress {
  const printedAt = latest([JOB_FILES.out, JOB_FILES.err].map(name => writtenAt(join(directory, name))));
  const tail = readTail(join(directory, JOB_FILES.progress), tailBytes);
  const [first] = tail?.records ?? [];
  if (tail === undefined || first === undefined)
    return {now: undefined, eta: undefined, movedAt: printedAt, onlyBeatsSince: undefined};
  const reportedAt = lastMovement(tail);
  return {
    ...whereItStands(tail, submittedAt, ran),
    movedAt: latest([printedAt, reportedAt]),
    onlyBeatsSince: reportedAt === undefined ? Math.min(first.ts_ms, tail.writtenAt) : undefined,
  };
}

interface Tail {
  readonly records: readonly ProgressRecord[];
  /** There is more before it. */
  readonly isTorn: boolean;
  /** When the file was last written, Unix milliseconds. */
  readonly writtenAt: number;
}

function whereItStands(
  tail: Tail,
  from: number,
  ran: Stretch | undefined,
): Pick<PresentProgress, 'now' | 'eta'> {
  const {records, isTorn, writtenAt} = tail;
  const live = {isMoving: ran !== undefined};
  const now = nowOfWriter(tail, ran);
  const analysis = new ProgressAnalysis({from, to: () => writtenAt});
  for (const record of records) analysis.add(record);
  const stands = analysis.now(now, live);
  // Who only tells the size of each batch cannot be summed up from the last ones.
  if (stands !== undefined && isTorn && !records.some(({rows_processed}) => rows_processed !== undefined))
    return {
      now: {...stands, rows_processed: null, remaining_ms: null, remaining_range_ms: null},
      eta: undefined,
    };
  const {runs, current_run} = analysis.report(now, live);
  const eta = current_run === null ? null : runs[current_run]?.eta;
  if (eta == null || ran === undefined || now === undefined) return {now: stands, eta: undefined};
  return {now: stands, eta: {...eta, at_ms: eta.at_ms === null ? null : eta.at_ms + ran.to - now}};
}

/** Now, as the wall clock would tell it that its last record was written by: it may have been set since. */
function nowOfWriter({writtenAt}: Tail, ran: Stretch | undefined): number | undefined {
  const age = ran === undefined ? undefined : beforeEnd(writtenAt, ran);
  return age === undefined ? undefined : writtenAt + age;
}

/** The records in the whole lines at a file's end; undefined where there is no file that can be read. */
function readTail(path: string, bytes: number): Tail | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // so that no FIFO in its place makes us wait
  } catch {
    return undefined; // there is none, or the job closed it to others
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return undefined;
    // One byte more tells whether the tail begins with a whole line.
    const mostBytes = bytes + 1;
    const [tail = NONE] = linesBack(fd, stats.size, {blockBytes: mostBytes, mostBytes});
    const lines = tail.toString('utf8', 0, lineStart(tail)).split('\n');
    const records = lines.flatMap(line => (line === '' ? [] : (parseProgressLine(line) ?? [])));
    return {records, isTorn: stats.size > mostBytes, writtenAt: Math.round(stats.mtimeMs)};
  } finally {
    closeSync(fd);
  }
}

const NONE = Buffer.alloc(0);

/**
 * When the worker last reported that it got on. The file's own time is believed before the writer's clock. Undefined
 * where the tail holds nothing but heartbeats.
 */
function lastMovement({records, isTorn, writtenAt}: Tail): number | undefined {
  const movement = new MovementDetector();
  const kinds = new Set<string>();
  let last: ProgressRecord | undefined;
  for (const record of records) {
    const kind = JSON.stringify([record.run_id, record.event, record.phase]);
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    // What stood before the tail is not known, so the first of a kind may as well repeat it.
    const isUnknown = isTorn && isNew && record.sub_phase === 'progress';
    if (movement.isMovement(record) && !isUnknown) last = record;
  }
  if (last !== undefined && last === records.at(-1)) return writtenAt;
  return last === undefined ? undefined : Math.min(last.ts_ms, writtenAt);
}

function writtenAt(path: string): number | undefined {
  const stats = statSync(path, {throwIfNoEntry: false});
  return stats === undefined || stats.size === 0 ? undefined : Math.round(stats.mtimeMs);
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
