export type {JobFiles, JobFindings} from './job-files.ts';
export type {JobLedger} from './job-ledger.ts';
export type {JobRecorder, OpenRecorder, RecorderOptions} from './job-recorder.ts';
export type {
  FailedRemoval,
  HalfDone,
  JobRemovals,
  JobsToRemove,
  PruningRules,
  RecordedPass,
  RemovalReport,
  RemovedJob,
  Surroundings,
} from './job-removal.ts';
export type {BeforeSignal, JobRunner, JobTarget} from './job-runner.ts';
export type {CutReport, EventsThere, KeptEvents, RecordedEventPass} from './kept-events.ts';
export type {Notifier} from './notifier.ts';
export type {
  FollowOptions,
  OutputBytes,
  OutputSeen,
  ProgressFollower,
  ProgressSeen,
  ProgressSource,
} from './progress-source.ts';
export type {Timer} from './timer.ts';
export type {WorktreeStanding, Worktrees} from './worktrees.ts';
