import type {ProgressReport, ProgressSummary} from './report.ts';

const MOST_PHASES = 64;

/** What is kept of a report in a job's row: all runs together, and how the current one stands. Undefined without any run. */
export function summaryOf({runs, current_run}: ProgressReport): ProgressSummary | undefined {
  const current = current_run === null ? undefined : runs[current_run];
  if (current === undefined) return undefined;
  const phases = new Map<string, {phase: string; count: number; wall_ms: number | null}>();
  for (const {phase, count, wall_ms} of runs.flatMap(run => run.phases)) {
    const sum = phases.get(phase) ?? {phase, count: 0, wall_ms: 0};
    phases.set(phase, {phase, count: sum.count + count, wall_ms: plus(sum.wall_ms, wall_ms)});
  }
  const peaks = runs.flatMap(({rss_peak_mib}) => rss_peak_mib ?? []);
  return {
    outcome: current.outcome,
    phase: current.phase,
    rows_processed: current.rows?.processed ?? null,
    rows_total: current.rows?.total ?? null,
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
