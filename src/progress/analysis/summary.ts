import {outcomeAfterEnd} from './after-end.ts';
import type {ProgressReport, ProgressSummary} from './report.ts';

const MOST_PHASES = 64;

/** What is kept of a report in the row of a job that has ended: all runs together, and how the last one stands. Undefined without any run. */
export function summaryOf({runs}: ProgressReport): ProgressSummary | undefined {
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const phases = new Map<string, {phase: string; count: number; wall_ms: number}>();
  for (const {phase, count, wall_ms} of runs.flatMap(run => run.phases)) {
    const sum = phases.get(phase) ?? {phase, count: 0, wall_ms: 0};
    phases.set(phase, {phase, count: sum.count + count, wall_ms: sum.wall_ms + wall_ms});
  }
  const peaks = runs.flatMap(({rss_peak_mib}) => rss_peak_mib ?? []);
  return {
    outcome: outcomeAfterEnd(last.outcome),
    phase: last.last.phase,
    rows_processed: last.rows?.processed ?? null,
    rows_total: last.rows?.total ?? null,
    elapsed_ms: runs.reduce((sum, {elapsed_ms}) => sum + elapsed_ms, 0),
    unclaimed_ms: runs.reduce((sum, {unclaimed_ms}) => sum + unclaimed_ms, 0),
    rss_peak_mib: peaks.length === 0 ? null : Math.max(...peaks),
    phases: [...phases.values()].sort((a, b) => b.wall_ms - a.wall_ms).slice(0, MOST_PHASES),
  };
}
