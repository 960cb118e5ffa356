export {afterEnd} from './after-end.ts';
export {ProgressAnalysis} from './analysis.ts';
export type {
  EtaReport,
  LastRecord,
  OpenPhase,
  PhaseReport,
  ProgressNow,
  ProgressReport,
  ProgressSummary,
  ReportedOutcome,
  RunOutcome,
  RunReport,
  UnclaimedTime,
} from './report.ts';
export {summaryOf} from './summary.ts';
