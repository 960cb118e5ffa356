import type {ProgressReport, ReportedOutcome, RunOutcome} from './report.ts';

/** What is told of a run whose job has ended: one that never said how it ended does not go on, and has nothing to come. */
export function afterEnd(report: ProgressReport): ProgressReport {
  return {
    ...report,
    runs: report.runs.map(run =>
      run.outcome === 'running' ? {...run, outcome: 'unfinished', eta: null} : run,
    ),
  };
}

/** The outcome of a run whose job has ended. */
export function outcomeAfterEnd(outcome: RunOutcome | ReportedOutcome): ReportedOutcome {
  return outcome === 'running' ? 'unfinished' : outcome;
}
