/**
 * How far a job is that is not closed and what it does, told by whoever can read its directory: from what it reported, and
 * from when it last wrote anything. A heartbeat does not count, nor what a coordinator writes. What a job does to its own
 * files never breaks a list: where they cannot be read, it did not report.
 */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {beforeEnd, type Stretch} from '../../base/index.ts';
import {
  type EtaReport,
  ProgressAnalysis,
  type ProgressNow,
  type ProgressRecord,
  type Waiting,
} from '../../progress/index.ts';
import {JOB_FILES} from '../adapters/index.ts';
import type {Stall} from '../domain/index.ts';
import {type ProgressTail, readProgressTail} from './progress-tail.ts';
import {stallStands} from './stall-stands.ts';
import {TailActivity} from './tail-activity.ts';

export interface PresentProgress {
  /** It reported more than is read, and no coordinator has got so far: where it stands is not known. */
  readonly isOutOfReach: boolean;
  /** Where the run stands that decides; undefined for a job that never reported, and for one that is out of reach. */
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
  /** Unix milliseconds: nothing that it reported is older. */
  readonly submittedAt: number;
  /** From its start until now, while its command runs; undefined once it has ended. */
  readonly ran: Stretch | undefined;
  /** What is on record about it. */
  readonly stall?: Stall | undefined;
  /** Since when it has printed nothing but one line, which is no sign of life. */
  readonly sameOutputSince?: number | undefined;
}

export function presentProgress(directory: string, options: PresentProgressOptions): PresentProgress {
  const {ran, stall, sameOutputSince} = options;
  const printedAt =
    sameOutputSince ?? latest([JOB_FILES.out, JOB_FILES.err].map(name => writtenAt(join(directory, name))));
  const tail = readProgressTail(directory);
  const findings = {directory, ...(tail ?? NO_TAIL), printedAt, now: ran?.to ?? 0};
  const isStalled = stall !== undefined && ran !== undefined && stallStands(stall, findings);
  const first = tail?.records[0]?.record ?? tail?.before[0];
  if (tail === undefined || first === undefined) return {...NOTHING, movedAt: printedAt, isStalled};
  const {reportedAt, changedAt, waiting} = activityIn(tail, ran);
  return {
    isOutOfReach: !tail.isWhole,
    ...whereItStands(tail, options),
    movedAt: latest([printedAt, reportedAt]),
    onlyBeatsSince: reportedAt === undefined ? Math.min(first.ts_ms, tail.writtenAt) : undefined,
    changedAt,
    waiting,
    isStalled,
  };
}

const NOTHING: PresentProgress = {
  isOutOfReach: false,
  now: undefined,
  eta: undefined,
  movedAt: undefined,
  onlyBeatsSince: undefined,
  changedAt: undefined,
  waiting: undefined,
  isExpected: false,
  isStalled: false,
};

const NO_TAIL = {records: [], isTorn: false, size: 0};

function whereItStands(
  tail: ProgressTail,
  {submittedAt: from, ran}: PresentProgressOptions,
): Pick<PresentProgress, 'now' | 'eta' | 'isExpected'> {
  if (!tail.isWhole) return {now: undefined, eta: undefined, isExpected: false};
  const {writtenAt} = tail;
  const live = {isMoving: ran !== undefined};
  const now = nowOfWriter(tail, ran);
  const analysis = new ProgressAnalysis({from, to: () => writtenAt});
  for (const record of recordsOf(tail)) analysis.add(record);
  const isExpected = analysis
    .openPhases(now)
    .some(({expect_ms, open_ms}) => open_ms !== null && open_ms < (expect_ms ?? 0));
  const stands = analysis.now(now, live);
  const {runs, current_run} = analysis.report(now, live);
  const eta = current_run === null ? null : runs[current_run]?.eta;
  if (eta == null || ran === undefined || now === undefined) return {now: stands, eta: undefined, isExpected};
  const at_ms = eta.at_ms === null ? null : eta.at_ms + ran.to - now;
  return {now: stands, eta: {...eta, at_ms}, isExpected};
}

function recordsOf({before, records}: ProgressTail): readonly ProgressRecord[] {
  return [...before, ...records.map(({record}) => record)];
}

/** Now, as the wall clock would tell it that its last record was written by: it may have been set since. */
function nowOfWriter({writtenAt}: ProgressTail, ran: Stretch | undefined): number | undefined {
  const age = ran === undefined ? undefined : beforeEnd(writtenAt, ran);
  return age === undefined ? undefined : writtenAt + age;
}

/**
 * What its worker did last. `reportedAt`: when it got on, undefined where the tail holds nothing but heartbeats and what
 * may be such; `changedAt`: when it last told what may be work, if that was later.
 */
function activityIn(
  {records, isTorn, writtenAt}: ProgressTail,
  ran: Stretch | undefined,
): {reportedAt: number | undefined; changedAt: number | undefined; waiting: Waiting<number> | undefined} {
  const activity = new TailActivity<number>(isTorn);
  const clock = new WriterClock();
  let reportedAt = records.length === 0 ? writtenAt : undefined; // the file is gone, and a coordinator knows when
  let changedAt: number | undefined;
  for (const {record} of records) {
    const at = clock.stands(record) ? writtenAt : timeOf(record.ts_ms, writtenAt, ran);
    const shown = activity.add(record, at);
    if (shown === 'nothing') continue;
    if (shown === 'movement') reportedAt = at;
    changedAt = shown === 'movement' ? undefined : at;
  }
  return {reportedAt, changedAt, waiting: activity.waiting};
}

/** Of a writer that tells one and the same time again and again, the clock does not go, or is no clock. */
class WriterClock {
  #last = Number.NaN;
  #times = 0;

  /** Whether it stood still up to this record. */
  stands({ts_ms}: ProgressRecord): boolean {
    this.#times = ts_ms === this.#last ? this.#times + 1 : 1;
    this.#last = ts_ms;
    return this.#times >= STANDING_TIMES;
  }
}

/** Of a few that come in one millisecond, the last was written when its file was, so nothing is lost by this. */
const STANDING_TIMES = 4;

/** When a record was written: as it says where that is possible, else when its file was written last. */
function timeOf(told: number, writtenAt: number, ran: Stretch | undefined): number {
  const isPossible = ran === undefined || told >= ran.from - SKEW_MS;
  return isPossible ? Math.min(told, writtenAt) : writtenAt;
}

/** A job is said to have started up to so much after it did. */
const SKEW_MS = 1000;

function writtenAt(path: string): number | undefined {
  try {
    const {size, mtimeMs} = statSync(path);
    return size === 0 ? undefined : Math.round(mtimeMs);
  } catch {
    return undefined; // it is not there, or the job put something there that leads nowhere
  }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
