export {ProgressAnalysis} from './analysis.ts';
export type {
  EtaReport,
  LastRecord,
  OpenPhase,
  PhaseReport,
  PhaseSummary,
  ProgressNow,
  ProgressReport,
  ProgressSummary,
  RunOutcome,
  RunReport,
  UnclaimedTime,
} from './report.ts';
export {summaryOf} from './summary.ts';
