/** How far a job is: of one that may go on from its files, of a closed one from its row. */

import {beforeEnd, type Moment, type Stretch} from '../../base/index.ts';
import {isEnded, ranMs, stallOf} from '../../coordinator/domain/index.ts';
import {type ListedJob, type PresentProgress, presentProgress} from '../../coordinator/reader/index.ts';
import type {ProgressNow} from '../../progress/index.ts';
import {activityOf} from './activity.ts';
import type {ProgressFields} from './job-view.ts';
import {keptProgress} from './kept-progress.ts';
import {sameOutputSince} from './same-output.ts';

export interface ListedProgress {
  /** Its command runs. */
  readonly goesOn: boolean;
  readonly fields: ProgressFields;
  /** More than the fields tell, of a job that is not closed. */
  readonly present: PresentProgress | undefined;
}

export function listedProgress(job: ListedJob, now: Moment): ListedProgress {
  const {row, state, directory} = job;
  if (row.closed_at !== null) return {goesOn: false, fields: keptFields(row.progress), present: undefined};
  if (state.status === 'queued' || job.unreadable !== undefined)
    return {goesOn: false, fields: NOTHING, present: undefined};
  const isAlive = !isEnded(state);
  const began = state.startedAt ?? now.at;
  const ran = {from: began, to: now.at, ms: ranMs(state, now)};
  const sameOutputAt = isAlive
    ? sameOutputSince({directory, journal: job.journal, startedAt: began})
    : undefined;
  const present = presentProgress(directory, {
    submittedAt: row.queued_at,
    ran: isAlive ? ran : undefined,
    stall: stallOf(state),
    sameOutputSince: sameOutputAt,
  });
  const told = {
    ...NOTHING,
    phase: present.now?.phase ?? null,
    rows_processed: present.now?.rows_processed ?? null,
    rows_total: present.now?.rows_total ?? null,
    rows_phase: present.now?.rows_phase ?? null,
  };
  if (!isAlive) return {goesOn: false, fields: told, present};
  return {
    goesOn: true,
    fields: {
      ...told,
      ...activityFields(job, present, ran),
      same_output_secs: secsOrNull(sameOutputAt === undefined ? null : beforeEnd(sameOutputAt, ran)),
    },
    present,
  };
}

/** What a job does that goes on, and for how long. */
function activityFields(
  {state, stallAfterMs}: ListedJob,
  present: PresentProgress,
  ran: Stretch,
): Partial<ProgressFields> {
  const {now: stands, waiting, isExpected} = present;
  const ago = (at: number | undefined) => (at === undefined ? undefined : beforeEnd(at, ran));
  const stall = stallOf(state);
  // Of one that is being ended it stands: what it prints now is about that.
  const isStalled = present.isStalled || (stall !== undefined && state.status === 'cancelling');
  const stalledMs = isStalled ? ago(stall?.since) : undefined;
  const moved = [present.movedAt, present.onlyBeatsSince].flatMap(at => (at === undefined ? [] : [ago(at)]));
  // It has been quiet since what happened last, and for longer than it has been stalled.
  const quiet = least([ran.ms, ...moved]);
  const waitsMs = ago(waiting?.since);
  const activity = activityOf({
    isStalled,
    waitsMs,
    isComplete: stands?.outcome === 'complete',
    movedMs: ago(present.movedAt ?? present.onlyBeatsSince),
    changedMs: ago(present.changedAt),
    ranMs: ran.ms,
    isExpected,
    patienceMs: stallAfterMs || PATIENCE_MS,
  });
  return {
    ...(isStalled || stands === undefined ? {} : pace(stands, activity === 'moving')),
    quiet_secs: secsOrNull(quiet === undefined ? null : Math.max(quiet, stalledMs ?? 0)),
    activity,
    stalled: isStalled,
    stalled_secs: secsOrNull(stalledMs),
    uncertain_secs: activity === 'uncertain' ? secsOrNull(quiet) : null,
    waiting_on: activity === 'waiting' ? (waiting?.on ?? null) : null,
    waiting_secs: activity === 'waiting' ? secsOrNull(waitsMs) : null,
  };
}

/** Silence of a job that is never called stalled is told from here on. */
const PATIENCE_MS = 120_000;

/** How fast it is: of one that does not move nobody knows when it will be done. */
function pace(
  {rows_per_sec, rate_basis, remaining_ms, remaining_range_ms: range}: ProgressNow,
  isMoving: boolean,
): Partial<ProgressFields> {
  if (!isMoving) return {rows_per_sec, rate_basis};
  const eta_range_secs = range === null ? null : ([range[0] / 1000, range[1] / 1000] as const);
  return {rows_per_sec, rate_basis, eta_secs: secsOrNull(remaining_ms), eta_range_secs};
}

const NOTHING: ProgressFields = {
  phase: null,
  rows_processed: null,
  rows_total: null,
  rows_phase: null,
  rows_per_sec: null,
  rate_basis: null,
  eta_secs: null,
  eta_range_secs: null,
  quiet_secs: null,
  activity: null,
  stalled: false,
  stalled_secs: null,
  uncertain_secs: null,
  waiting_on: null,
  waiting_secs: null,
  same_output_secs: null,
};

function keptFields(progress: string | null): ProgressFields {
  const kept = keptProgress(progress);
  if (kept === undefined) return NOTHING;
  const {phase, rows_processed, rows_total, rows_phase = null} = kept;
  return {...NOTHING, phase, rows_processed, rows_total, rows_phase};
}

/** Undefined where one of them is. */
function least(lengths: readonly (number | undefined)[]): number | undefined {
  const known = lengths.filter(length => length !== undefined);
  return known.length < lengths.length ? undefined : Math.min(...known);
}

function secsOrNull(ms: number | null | undefined): number | null {
  return ms == null ? null : ms / 1000;
}
