/** The statistics of a job: of the runs that are over, and how those that go on compare with them. */
import type {Moment} from '../../base/index.ts';
import {isEnded, ranMs} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {listedProgress} from '../view/listed-progress.ts';
import {type JobRun, jobStatistics, type RunningNow, type StatisticsOfJob} from './job-statistics.ts';

/** So many runs tell what is usual. */
export const USUAL_RUNS = 100;

/** `jobs` are runs of the job of that name, the newest first. */
export function statisticsOf(name: string, jobs: readonly ListedJob[], now: Moment): StatisticsOfJob {
  const runs = jobs.map(runOf);
  const running = jobs.filter(({state}) => state.status !== 'queued' && !isEnded(state));
  return {name, ...jobStatistics(runs), running: running.map(job => runningNow(job, runs, now))};
}

/** A run, as statistics take it. */
export function runOf({row, state}: ListedJob): JobRun {
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
