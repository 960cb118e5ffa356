export type {JobFiles, JobFindings} from './job-files.ts';
export type {JobLedger} from './job-ledger.ts';
export type {JobRecorder, OpenRecorder} from './job-recorder.ts';
export type {JobRunner} from './job-runner.ts';
export type {ProgressFollower, ProgressSeen, ProgressSource} from './progress-source.ts';
export type {Timer} from './timer.ts';
