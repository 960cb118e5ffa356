/**
 * The report of a job: what its file tells, and what it does, which is told as lists tell it and from the same place
 * (`jobs/view`). Of a file of anybody's nobody knows what its writer does.
 */
import {statSync} from 'node:fs';

import {beforeEnd, type Moment} from '../../base/index.ts';
import {isEnded, ranMs} from '../../coordinator/domain/index.ts';
import {
  afterEnd,
  analyseProgressFile,
  outcomeAfterEnd,
  type ProgressReport,
  type ProgressSummary,
  type ReportedNow,
} from '../../progress/index.ts';
import type {ProgressFields} from './job-view.ts';
import {remainingSummary} from './kept-progress.ts';
import type {ViewedJob} from './view-jobs.ts';

/** The fields of a listing that say what a job does; null of a file. */
const ACTIVITY_FIELDS = [
  'activity',
  'stalled',
  'stalled_secs',
  'uncertain_secs',
  'waiting_on',
  'waiting_secs',
  'quiet_secs',
  'same_output_secs',
] as const;

/** What `stint progress report --json` prints. */
export interface ToldReport
  extends Omit<ProgressReport, 'records' | 'skipped' | 'earlier_runs'>,
    Nullable<Pick<ProgressFields, (typeof ACTIVITY_FIELDS)[number]>> {
  /** These are null where the records are gone. */
  readonly records: number | null;
  readonly skipped: Nullable<ProgressReport['skipped']>;
  readonly earlier_runs: number | null;
  /** Where the records are gone: what is left. */
  readonly summary?: ProgressSummary;
}

type Nullable<T> = {readonly [Key in keyof T]: T[Key] | null};

export interface JobReport {
  readonly report: ProgressReport;
  readonly told: ToldReport;
  /** Where the records are gone: what is left. */
  readonly summary: ProgressSummary | undefined;
}

/** Reads all of the file at `path`; `viewed` is the job that it is of. Throws what reading it throws. */
export function jobReport(path: string, viewed: ViewedJob | undefined, now: Moment): JobReport {
  const report = reportOf(path, viewed, now);
  const summary = viewed === undefined || report.runs.length > 0 ? undefined : remainingSummary(viewed.job);
  if (summary === undefined) return {report, told: toldReport(report, viewed), summary};
  const told = {...toldReport(report, viewed), ...GONE, now: nowOf(summary, viewed), summary};
  return {report, told, summary};
}

/** A report with what its job does. */
export function toldReport(report: ProgressReport, viewed: ViewedJob | undefined): ToldReport {
  const fields = viewed?.progress.fields;
  const told = Object.fromEntries(ACTIVITY_FIELDS.map(name => [name, fields?.[name] ?? null]));
  return {...report, ...(told as Pick<ToldReport, (typeof ACTIVITY_FIELDS)[number]>)};
}

/** Of one that is stalled the rate that it had says nothing about now, as in lists. */
export function withoutRate(report: ProgressReport): ProgressReport {
  return {...report, now: report.now && {...report.now, rows_per_sec: null, rate_basis: null}};
}

/**
 * Of a job the time goes on since its last record, until it ended: it may have been stuck for that long. Where nobody saw the
 * end it goes on for nobody knows how long, and perhaps still.
 */
function reportOf(path: string, viewed: ViewedJob | undefined, now: Moment): ProgressReport {
  if (viewed === undefined) return analyseProgressFile(path).report();
  const {job, progress} = viewed;
  const analysis = analyseProgressFile(path, {from: job.row.queued_at});
  const {state} = job;
  if (state.status === 'queued') return analysis.report();
  if (isEnded(state) && state.unseenEnd !== undefined) {
    const report = analysis.report();
    return state.unseenEnd === 'still-runs' || job.aliveAt !== undefined ? report : afterEnd(report);
  }
  const to = isEnded(state) ? state.finishedAt : now.at;
  const writtenAt = Math.min(Math.round(statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? to), now.at);
  const age = beforeEnd(writtenAt, {from: state.startedAt ?? to, to, ms: ranMs(state, now)});
  const isMoving = progress.fields.activity === 'moving';
  const report = analysis.report(age === undefined ? undefined : writtenAt + age, {isMoving});
  if (isEnded(state)) return afterEnd(report);
  return progress.fields.stalled ? withoutRate(report) : report;
}

const GONE = {records: null, skipped: {lines: null, bytes: null}, earlier_runs: null} as const;

/** Where the job stands whose records are gone, as lists tell it. */
function nowOf(summary: ProgressSummary, viewed: ViewedJob | undefined): ReportedNow {
  const {goesOn, fields, present} = viewed?.progress ?? {};
  const stands = present?.now;
  const range = fields?.eta_range_secs ?? null;
  const outcome = stands?.outcome ?? summary.outcome;
  const {phase, rows_processed, rows_total, rows_phase = null} = fields?.phase == null ? summary : fields;
  return {
    run_id: stands?.run_id ?? null,
    outcome: goesOn ? outcome : outcomeAfterEnd(outcome),
    phase: phase ?? summary.phase,
    open: stands?.open ?? null,
    rows_processed,
    rows_total,
    rows_phase,
    rows_per_sec: fields?.rows_per_sec ?? null,
    rate_basis: fields?.rate_basis ?? null,
    remaining_ms: fields?.eta_secs == null ? null : fields.eta_secs * 1000,
    remaining_range_ms: range === null ? null : [range[0] * 1000, range[1] * 1000],
    note: stands?.note ?? null,
  };
}
