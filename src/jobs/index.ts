/** Nothing in here loads the coordinator's client before it is needed: lists do without. */
export {addressText, candidateLines} from './address/address-text.ts';
export {type Resolve, resolveEnded, resolveToAct, resolveToRead} from './address/resolve.ts';
export {type CancelReport, cancelJobs} from './cancel/cancel-jobs.ts';
export {type EndedLeftovers, endLeftovers} from './cancel/end-leftovers.ts';
export {elsewhereText, untilWithinReach} from './elsewhere.ts';
export {
  type JobStatistics,
  type PhaseStatistics,
  RUNS_THAT_TELL,
  type RunningNow,
  type Spread,
  type StatisticsOfJob,
} from './history/job-statistics.ts';
export {statisticsOf, USUAL_RUNS, usually} from './history/statistics.ts';
export {listedJob} from './listed-job.ts';
export {type FollowedLog, followLogs, untilClosed} from './logs/follow-logs.ts';
export {JoinedLines} from './logs/joined-lines.ts';
export {type LastOutput, lastOutput} from './logs/last-output.ts';
export {isWanted, type LogFilter, tellsOutput, wholeLog} from './logs/log-filter.ts';
export {type LogLoss, lossOf} from './logs/log-loss.ts';
export {type LogRecord, parseRecord} from './logs/log-record.ts';
export {filterSince} from './logs/log-since.ts';
export type {LogSink} from './logs/log-sink.ts';
export {tailOf} from './logs/log-tail.ts';
export {type TextOutput, TextSink} from './logs/text-sink.ts';
export {openReadingPlace, openRepository, type ReadingPlace} from './place.ts';
export {previewPrune, prune} from './pruning/prune.ts';
export {whichRepo} from './pruning/which-repo.ts';
export {queueStandings} from './queue/queue-standing.ts';
export {waitText} from './queue/wait-text.ts';
export type {GivenJobOptions, GivenRepoOptions} from './submit/job-settings.ts';
export {type JobRequest, prepareJob} from './submit/prepare-job.ts';
export {sendJob} from './submit/send-job.ts';
export {findCoordinator, isLockHeld} from './upkeep/find-coordinator.ts';
export {migrateStore} from './upkeep/migrate-store.ts';
export {sharedState} from './upkeep/shared-state.ts';
export type {JobView, ProgressFields} from './view/job-view.ts';
export {remainingSummary} from './view/kept-progress.ts';
export {type ListedJobs, listJobs} from './view/list-jobs.ts';
export type {ListedProgress} from './view/listed-progress.ts';
export {type ViewedJob, viewJobs} from './view/view-jobs.ts';
export {durationSecs} from './view/view-of.ts';
export {attend, catchUp} from './wait/attend.ts';
export {outcomeOfListed, type WaitedOutcome} from './wait/outcome.ts';
export {
  jobEnd,
  type WaitEnd,
  type WaitedJob,
  Waiting,
  type WaitOptions,
  waitForJobs,
} from './wait/waiting.ts';
