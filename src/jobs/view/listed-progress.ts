/** How far a job is: of one that may go on from its files, of a closed one from its row. */

import {beforeEnd, type Moment} from '../../base/index.ts';
import {isEnded, ranMs, stallOf} from '../../coordinator/domain/index.ts';
import {type ListedJob, type PresentProgress, presentProgress} from '../../coordinator/reader/index.ts';
import type {ProgressNow} from '../../progress/index.ts';
import type {ProgressFields} from './job-view.ts';
import {keptProgress} from './kept-progress.ts';

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
  const present = presentProgress(directory, {submittedAt: row.queued_at, ran: isAlive ? ran : undefined});
  const told = {
    ...NOTHING,
    phase: present.now?.phase ?? null,
    rows_processed: present.now?.rows_processed ?? null,
    rows_total: present.now?.rows_total ?? null,
  };
  if (!isAlive) return {goesOn: false, fields: told, present};
  const {now: stands} = present;
  const stalledAt = stalledSince(state, present);
  const stalled = stalledAt === undefined ? undefined : beforeEnd(stalledAt, ran);
  const moved = [present.movedAt, present.onlyBeatsSince].flatMap(at =>
    at === undefined ? [] : [beforeEnd(at, ran)],
  );
  // It has been quiet since what happened last, and for longer than it has been stalled.
  const quiet = least([ran.ms, ...moved]);
  return {
    goesOn: true,
    fields: {
      ...told,
      ...(stalledAt === undefined && stands !== undefined ? pace(stands) : {}),
      quiet_secs: secsOrNull(quiet === undefined ? null : Math.max(quiet, stalled ?? 0)),
      stalled: stalledAt !== undefined,
      stalled_secs: secsOrNull(stalled ?? null),
    },
    present,
  };
}

/** How fast it is: of one that stands still nobody knows when it will be done. */
function pace({rows_per_sec, rate_basis, remaining_ms, remaining_range_ms}: ProgressNow) {
  return {
    rows_per_sec,
    rate_basis,
    eta_secs: secsOrNull(remaining_ms),
    eta_range_secs:
      remaining_range_ms === null
        ? null
        : ([remaining_range_ms[0] / 1000, remaining_range_ms[1] / 1000] as const),
  };
}

const NOTHING: ProgressFields = {
  phase: null,
  rows_processed: null,
  rows_total: null,
  rows_per_sec: null,
  rate_basis: null,
  eta_secs: null,
  eta_range_secs: null,
  quiet_secs: null,
  stalled: false,
  stalled_secs: null,
};

function keptFields(progress: string | null): ProgressFields {
  const kept = keptProgress(progress);
  if (kept === undefined) return NOTHING;
  const {phase, rows_processed, rows_total} = kept;
  return {...NOTHING, phase, rows_processed, rows_total};
}

/**
 * A row is not believed when the job has moved since: nobody has recorded that yet. Of one that is being ended it stands: what
 * it prints now is about that.
 */
function stalledSince(state: ListedJob['state'], {movedAt = 0}: PresentProgress): number | undefined {
  const since = stallOf(state)?.since;
  if (since === undefined || state.status === 'cancelling') return since;
  return movedAt > since ? undefined : since;
}

/** Undefined where one of them is. */
function least(lengths: readonly (number | undefined)[]): number | undefined {
  const known = lengths.filter(length => length !== undefined);
  return known.length < lengths.length ? undefined : Math.min(...known);
}

function secsOrNull(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
