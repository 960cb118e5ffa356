import type {ProgressReport, ReportedOutcome, RunOutcome} from './report.ts';

/** What is told of a run whose job has ended: one that never said how it ended does not go on, and has nothing to come. */
export function afterEnd(report: ProgressReport): ProgressReport {
  const {runs, now} = report;
  return {
    ...report,
    now: now && {...now, outcome: outcomeAfterEnd(now.outcome), remaining_ms: null, remaining_range_ms: null},
    runs: runs.map(run => (run.outcome === 'running' ? {...run, outcome: 'unfinished', eta: null} : run)),
  };
}

/** The outcome of a run whose job has ended. */
export function outcomeAfterEnd(outcome: RunOutcome | ReportedOutcome): ReportedOutcome {
  return outcome === 'running' ? 'unfinished' : outcome;
}
