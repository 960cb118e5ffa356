/** How a program reports where its time goes, and how that is read. */
export {type Waiting, WorkerActivity} from './activity.ts';
export {analyseProgressFile} from './analyse-file.ts';
export {
  afterEnd,
  type EtaReport,
  type LastRecord,
  type LiveView,
  type OpenPhase,
  outcomeAfterEnd,
  type PhaseReport,
  type PhaseSummary,
  ProgressAnalysis,
  type ProgressNow,
  type ProgressReport,
  type ProgressSummary,
  type ReportedNow,
  type ReportedOutcome,
  type RowsReport,
  type RunOutcome,
  type RunReport,
  summaryOf,
  type TimeBounds,
  type UnclaimedTime,
} from './analysis/index.ts';
export {
  defineProgress,
  type EventDefinition,
  type EventOf,
  type FieldsOf,
  type PhaseOf,
  type ProgressDefinition,
} from './definition.ts';
export {MovementDetector, type Shown, workText} from './movement.ts';
export {ProgressFile, type ProgressVisitor} from './progress-file.ts';
export {
  isFormatKey,
  PROGRESS_RUN_VARIABLE,
  PROGRESS_SCHEMA,
  PROGRESS_VARIABLE,
  type ProgressFields,
  type ProgressRecord,
  parseProgressLine,
  SUB_PHASES,
  type SubPhase,
} from './record.ts';
export {type AppendedEvent, appendProgressEvent} from './sink/append-event.ts';
export {disabledProgressSink} from './sink/disabled-sink.ts';
export {openProgressSink, type ProgressSinkOptions} from './sink/open-sink.ts';
export type {
  OpenProgressSink,
  ProgressLabels,
  ProgressSink,
  ProgressSpan,
  SpanFields,
  SpanPhaseOf,
  Transition,
} from './sink/sink.ts';
