import {outcomeAfterEnd} from './after-end.ts';
import type {PhaseSummary, ProgressReport, ProgressSummary} from './report.ts';

const MOST_PHASES = 64;

/** What is kept of a report in the row of a job that has ended: all runs together, and how the current one stands. Undefined without any run. */
export function summaryOf({runs, now}: ProgressReport): ProgressSummary | undefined {
  if (now === null) return undefined;
  const phases = new Map<string, Required<PhaseSummary>>();
  for (const {phase, count, wall_ms, ended_ms} of runs.flatMap(run => run.phases)) {
    const sum = phases.get(phase) ?? {phase, count: 0, wall_ms: 0, ended_ms: 0};
    phases.set(phase, {
      phase,
      count: sum.count + count,
      wall_ms: plus(sum.wall_ms, wall_ms),
      ended_ms: plus(sum.ended_ms, ended_ms),
    });
  }
  const peaks = runs.flatMap(({rss_peak_mib}) => rss_peak_mib ?? []);
  return {
    outcome: outcomeAfterEnd(now.outcome),
    phase: now.phase,
    rows_processed: now.rows_processed,
    rows_total: now.rows_total,
    rows_phase: now.rows_phase,
    elapsed_ms: runs.map(({elapsed_ms}) => elapsed_ms).reduce(plus, 0),
    unclaimed_ms: runs.map(({unclaimed_ms}) => unclaimed_ms).reduce(plus, 0),
    rss_peak_mib: peaks.length === 0 ? null : Math.max(...peaks),
    phases: [...phases.values()].sort((a, b) => (b.wall_ms ?? 0) - (a.wall_ms ?? 0)).slice(0, MOST_PHASES),
  };
}

/** A sum with an unknown part is unknown. */
function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
