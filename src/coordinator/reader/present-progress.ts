/**
 * How far a job is that is not closed and what it does, told by whoever can read its directory: from the end of what it
 * reported, and from when it last wrote anything. A heartbeat does not count, nor what a coordinator writes. What a job
 * does to its own files never breaks a list: where they cannot be read, it did not report.
 */
import {closeSync, constants, fstatSync, openSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {beforeEnd, lineStart, type Stretch} from '../../base/index.ts';
import {linesBack} from '../../platform/index.ts';
import {
  type EtaReport,
  ProgressAnalysis,
  type ProgressNow,
  parseProgressLine,
  type Waiting,
} from '../../progress/index.ts';
import {JOB_FILES} from '../adapters/index.ts';
import type {Stall} from '../domain/index.ts';
import {type ReadRecord, stallStands} from './stall-stands.ts';
import {TailActivity} from './tail-activity.ts';

export interface PresentProgress {
  /** Where the run stands that decides; undefined for a job that never reported. */
  readonly now: ProgressNow | undefined;
  readonly eta: EtaReport | undefined;
  /** When it last moved or printed something new, Unix milliseconds; undefined where nothing tells. */
  readonly movedAt: number | undefined;
  /** Where nothing but heartbeats is in the tail: when they begin. It may have moved later than `movedAt`, but before that. */
  readonly onlyBeatsSince: number | undefined;
  /** When it last reported what may be work and may be none, if that was after it moved. */
  readonly changedAt: number | undefined;
  /** For what a worker of it waits, as it says, and since when. */
  readonly waiting: Waiting<number> | undefined;
  /** A phase is open that is known to take longer. */
  readonly isExpected: boolean;
  /** The stall on record still stands. */
  readonly isStalled: boolean;
}

export interface PresentProgressOptions {
  /** From its start until now, while its command runs; undefined once it has ended. */
  readonly ran: Stretch | undefined;
  /** Of what it reported so many bytes at the end are read. */
  readonly tailBytes: number;
  /** What is on record about it. */
  readonly stall?: Stall | undefined;
  /** Since when it has printed nothing but one line, which is no sign of life. */
  readonly sameOutputSince?: number | undefined;
}

/** Enough for a list of many jobs: some hundred records. */
export const SHORT_TAIL_BYTES = 64 * 1024;
/** For who asks about one job: what it reported in hours, in a moment. */
export const LONG_TAIL_BYTES = 16 * 1024 * 1024;

export function presentProgress(
  directory: string,
  {ran, tailBytes, stall, sameOutputSince}: PresentProgressOptions,
): PresentProgress {
  const path = join(directory, JOB_FILES.progress);
  const printedAt =
    sameOutputSince ?? latest([JOB_FILES.out, JOB_FILES.err].map(name => writtenAt(join(directory, name))));
  const tail = readTail(path, tailBytes, stall?.seen?.[0]);
  const findings = {directory, ...(tail ?? NO_TAIL), printedAt, now: ran?.to ?? 0};
  const isStalled = stall !== undefined && ran !== undefined && stallStands(stall, findings);
  const [first] = tail?.records ?? [];
  if (tail === undefined || first === undefined) return {...NOTHING, movedAt: printedAt, isStalled};
  const {reportedAt, changedAt, waiting} = activityIn(tail, ran);
  return {
    ...whereItStands(tail, ran),
    movedAt: latest([printedAt, reportedAt]),
    onlyBeatsSince: reportedAt === undefined ? Math.min(first.record.ts_ms, tail.writtenAt) : undefined,
    changedAt,
    waiting,
    isStalled,
  };
}

const NOTHING: PresentProgress = {
  now: undefined,
  eta: undefined,
  movedAt: undefined,
  onlyBeatsSince: undefined,
  changedAt: undefined,
  waiting: undefined,
  isExpected: false,
  isStalled: false,
};

interface Tail {
  readonly records: readonly ReadRecord[];
  /** Of the file. */
  readonly size: number;
  /** There is more before it. */
  readonly isTorn: boolean;
  /** When the file was last written, Unix milliseconds. */
  readonly writtenAt: number;
}

const NO_TAIL = {records: [], isTorn: false, size: 0};

function whereItStands(
  tail: Tail,
  ran: Stretch | undefined,
): Pick<PresentProgress, 'now' | 'eta' | 'isExpected'> {
  const {records, isTorn} = tail;
  const now = nowOfWriter(tail, ran);
  const analysis = new ProgressAnalysis();
  for (const {record} of records) analysis.add(record);
  const isExpected = analysis.openPhases(now).some(({expect_ms, open_ms}) => open_ms < (expect_ms ?? 0));
  const stands = analysis.now(now);
  // Who only tells the size of each batch cannot be summed up from the last ones.
  if (stands !== undefined && isTorn && !records.some(({record}) => record.rows_processed !== undefined))
    return {now: {...stands, rows_processed: null, remaining_ms: null}, eta: undefined, isExpected};
  const eta = analysis.report(now).runs.findLast(run => run.run_id === stands?.run_id)?.eta;
  if (eta == null || ran === undefined || now === undefined) return {now: stands, eta: undefined, isExpected};
  return {now: stands, eta: {...eta, at_ms: eta.at_ms + ran.to - now}, isExpected};
}

/** Now, as the wall clock would tell it that its last record was written by: it may have been set since. */
function nowOfWriter({writtenAt}: Tail, ran: Stretch | undefined): number | undefined {
  const age = ran === undefined ? undefined : beforeEnd(writtenAt, ran);
  return age === undefined ? undefined : writtenAt + age;
}

/**
 * The records in the whole lines at a file's end, and a little from before the byte `from`, where that lies further back;
 * undefined where there is no file that can be read.
 */
function readTail(path: string, bytes: number, from = Number.POSITIVE_INFINITY): Tail | undefined {
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
    const mostBytes = Math.min(LONG_TAIL_BYTES, Math.max(bytes, stats.size - from + SHORT_TAIL_BYTES)) + 1;
    const [tail = NONE] = linesBack(fd, stats.size, {blockBytes: mostBytes, mostBytes});
    const records = recordsIn(tail.subarray(0, lineStart(tail)), stats.size - tail.length);
    return {records, size: stats.size, isTorn: stats.size > mostBytes, writtenAt: Math.round(stats.mtimeMs)};
  } finally {
    closeSync(fd);
  }
}

const NONE = Buffer.alloc(0);

/** `from`: the byte at which these lines begin. */
function recordsIn(lines: Buffer, from: number): ReadRecord[] {
  let next = from;
  return lines
    .toString()
    .split('\n')
    .flatMap(line => {
      const begin = next;
      next += Buffer.byteLength(line) + 1;
      const record = line === '' ? undefined : parseProgressLine(line);
      return record === undefined ? [] : [{record, begin}];
    });
}

/**
 * What its worker did last. `reportedAt`: when it got on, undefined where the tail holds nothing but heartbeats and what
 * may be such; `changedAt`: when it last told what may be work, if that was later.
 */
function activityIn(
  {records, isTorn, writtenAt}: Tail,
  ran: Stretch | undefined,
): {reportedAt: number | undefined; changedAt: number | undefined; waiting: Waiting<number> | undefined} {
  const activity = new TailActivity<number>(isTorn);
  let reportedAt: number | undefined;
  let changedAt: number | undefined;
  for (const {record} of records) {
    const at = timeOf(record.ts_ms, writtenAt, ran);
    const shown = activity.add(record, at);
    if (shown === 'nothing') continue;
    if (shown === 'movement') reportedAt = at;
    changedAt = shown === 'movement' ? undefined : at;
  }
  return {reportedAt, changedAt, waiting: activity.waiting};
}

/** When a record was written: as it says where that is possible, else when its file was written last. */
function timeOf(told: number, writtenAt: number, ran: Stretch | undefined): number {
  const isPossible = ran === undefined || told >= ran.from - SKEW_MS;
  return isPossible ? Math.min(told, writtenAt) : writtenAt;
}

/** A job is said to have started up to so much after it did. */
const SKEW_MS = 1000;

function writtenAt(path: string): number | undefined {
  const stats = statSync(path, {throwIfNoEntry: false});
  return stats === undefined || stats.size === 0 ? undefined : Math.round(stats.mtimeMs);
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
