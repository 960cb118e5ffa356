/** The statistics of a job: of the runs that are over, and how those that go on compare with them. */
import type {Moment} from '../../base/index.ts';
import {isEnded, ranMs} from '../../coordinator/domain/index.ts';
import type {JobReader, ListedJob} from '../../coordinator/reader/index.ts';
import {listedProgress} from '../view/listed-progress.ts';
import {type JobRun, jobStatistics, type RunningNow, type StatisticsOfJob} from './job-statistics.ts';

/** So many runs tell what is usual. */
export const USUAL_RUNS = 100;

/** Of the newest `limit` runs of the job of that name. */
export function statisticsOf(name: string, {jobs, past}: Runs, limit: number, now: Moment): StatisticsOfJob {
  const runs = runsOf({jobs, past}, limit);
  const running = jobs.filter(({state}) => state.status !== 'queued' && !isEnded(state));
  return {name, ...jobStatistics(runs), running: running.map(job => runningNow(job, runs, now))};
}

/** Runs of one name, the newest first: those that are listed, and what is kept of those that were removed. */
export interface Runs {
  readonly jobs: readonly ListedJob[];
  readonly past: readonly PastRun[];
}

/** A run whose job was removed. */
type PastRun = ReturnType<JobReader['pastRuns']>[number];

/** The newest `limit` of each. */
export function lastRuns(reader: JobReader | undefined, name: string, limit: number): Runs {
  return {jobs: reader?.runs(name, limit) ?? [], past: reader?.pastRuns(name, limit) ?? []};
}

/** The newest `limit` of them all, as statistics take them, newest first. */
export function runsOf({jobs, past}: Runs, limit: number): JobRun[] {
  const all = [
    ...jobs.map(job => ({number: job.row.number, run: runOf(job)})),
    ...past.map(row => ({number: row.number, run: pastRun(row)})),
  ];
  return all
    .sort((a, b) => b.number - a.number)
    .slice(0, limit)
    .map(({run}) => run);
}

function pastRun(row: PastRun): JobRun {
  const {status, command, commit_id, duration_ms, cpu_user_ms, cpu_system_ms, progress} = row;
  return {
    status,
    command: command ?? '',
    commit: commit_id,
    dirty: commit_id === null ? null : false,
    tookMs: duration_ms,
    cpuMs: cpu_user_ms === null || cpu_system_ms === null ? null : cpu_user_ms + cpu_system_ms,
    progress,
  };
}

function runOf({row, state}: ListedJob): JobRun {
  const cpu = isEnded(state) ? state.cpu : undefined;
  return {
    status: state.status,
    command: row.command,
    commit: row.commit_id,
    dirty: row.dirty === null ? null : row.dirty === 1,
    tookMs: (isEnded(state) ? state.tookMs : undefined) ?? null,
    cpuMs: cpu === undefined ? null : cpu.userMs + cpu.systemMs,
    progress: row.progress,
  };
}

/** How a run that goes on compares with those that completed. */
function runningNow(job: ListedJob, runs: readonly JobRun[], now: Moment): RunningNow {
  const {row, state} = job;
  const {fields, present} = listedProgress(job, now);
  const soFar = ranMs(state, now);
  const lengths = runs.flatMap(({status, tookMs}) => (status === 'completed' ? (tookMs ?? []) : []));
  const open = present?.now?.open;
  return {
    invocation_id: row.invocation_id,
    attempt: row.attempt,
    status: state.status,
    duration_secs: soFar === undefined ? null : soFar / 1000,
    longer_than:
      lengths.length === 0 || soFar === undefined
        ? null
        : lengths.filter(ms => ms < soFar).length / lengths.length,
    completed_runs: lengths.length,
    phase: fields.phase,
    phase_secs: open?.open_ms == null ? null : open.open_ms / 1000,
    eta_secs: fields.eta_secs,
    quiet_secs: fields.quiet_secs,
    stalled: fields.stalled,
  };
}
