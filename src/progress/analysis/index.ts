export {afterEnd, outcomeAfterEnd} from './after-end.ts';
export {type LiveView, ProgressAnalysis} from './analysis.ts';
export type {TimeBounds} from './clocks/clock-reading.ts';
export type {
  EtaReport,
  LastRecord,
  OpenPhase,
  PhaseReport,
  PhaseSummary,
  ProgressNow,
  ProgressReport,
  ProgressSummary,
  ReportedNow,
  ReportedOutcome,
  RowsReport,
  RunOutcome,
  RunReport,
  UnclaimedTime,
} from './report.ts';
export {summaryOf} from './summary.ts';
