/** Nothing in here loads the coordinator's client before it is needed: lists do without. */
export {addressText, candidateLines, exactAddress} from './address/address-text.ts';
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
export {type RunHistory, runHistory} from './history/run-history.ts';
export {lastRuns, statisticsOf, USUAL_RUNS} from './history/statistics.ts';
export {lastListed, listedJob} from './listed-job.ts';
export {mayHold, needleOf} from './logs/filtering/hidden-text.ts';
export {inTurn, type LogStage, StagedSink} from './logs/filtering/log-stage.ts';
export {MatchingLines} from './logs/filtering/matching-lines.ts';
export {searchEnd, searchStart} from './logs/filtering/search-range.ts';
export {selectedEntries} from './logs/filtering/selected-entries.ts';
export {type FollowedLog, followLogs, untilClosed} from './logs/follow-logs.ts';
export {JoinedLines} from './logs/joined-lines.ts';
export {LastBytes, type LeftOut} from './logs/last-bytes.ts';
export {type LastOutput, lastOutput} from './logs/last-output.ts';
export {isWanted, type LogFilter, tellsOutput, wholeLog} from './logs/log-filter.ts';
export {
  entriesOf,
  isClosing,
  type LogEntry,
  type LogRecord,
  outputText,
  parseRecord,
} from './logs/log-record.ts';
export {filterSince} from './logs/log-since.ts';
export type {LogPrinter, LogSink} from './logs/log-sink.ts';
export {tailOf} from './logs/log-tail.ts';
export {cutText, uncappedText} from './logs/losses/log-cut.ts';
export {type LogLoss, lossOf} from './logs/losses/log-loss.ts';
export {UNORDERED} from './logs/losses/order-doubt.ts';
export {type MergedLog, mergeLogs} from './logs/merging/merge-logs.ts';
export {PlainLines} from './logs/plain/plain-lines.ts';
export {isBeyond, ReaderCursor, readerName, type Seen} from './logs/readers/reader-cursor.ts';
export {filterUnseen, UnseenLines} from './logs/readers/unseen-lines.ts';
export {type TextOutput, TextSink} from './logs/text-sink.ts';
export {openReadingPlace, openRepository, type ReadingPlace} from './place.ts';
export {type Pruned, previewEventPass, previewPrune, prune} from './pruning/prune.ts';
export {whichRepo} from './pruning/which-repo.ts';
export {groupsOf, setGroup} from './queue/groups.ts';
export {queueStandings} from './queue/queue-standing.ts';
export {waitText} from './queue/wait-text.ts';
export {failedHere, lastHere, type WantedJob, wantedBy} from './retry/choose-jobs.ts';
export {type PlannedJob, planRetry, type RetryPlan} from './retry/plan-retry.ts';
export {type SentRetry, sendRetry} from './retry/send-retry.ts';
export {newestJob} from './select/newest-job.ts';
export {type OtherJobs, otherJobs} from './select/other-jobs.ts';
export {repositoryName} from './select/repositories.ts';
export {isNarrowed, type Rest, type SelectedJobs, selectFrom, selectJobs} from './select/select-jobs.ts';
export {
  ALL_STATUSES,
  isSelected,
  patternOfJobs,
  type Selection,
  type Standpoint,
  USUAL_LAST,
} from './select/selection.ts';
export {shownStatus} from './select/shown-status.ts';
export {checkOptions, variablesOf} from './submit/given-by-program.ts';
export type {GivenJobOptions, GivenRepoOptions} from './submit/job-settings.ts';
export {type JobRequest, type PreparedJob, prepareJob} from './submit/prepare-job.ts';
export {sendJob} from './submit/send-job.ts';
export {findCoordinator, isLockHeld} from './upkeep/find-coordinator.ts';
export {migrateStore} from './upkeep/migrate-store.ts';
export {sharedState} from './upkeep/shared-state.ts';
export {withoutCoordinator} from './upkeep/without-coordinator.ts';
export {jobReport, type ToldReport, toldReport, withoutRate} from './view/job-report.ts';
export type {JobView, ProgressFields} from './view/job-view.ts';
export {remainingSummary} from './view/kept-progress.ts';
export {type ListedJobs, type ListedRepository, listJobs} from './view/list-jobs.ts';
export type {ListedProgress} from './view/listed-progress.ts';
export {type ViewedJob, viewJobs} from './view/view-jobs.ts';
export {durationSecs} from './view/view-of.ts';
export {attend, catchUp} from './wait/attend.ts';
export type {Until} from './wait/enough.ts';
export {outcomeOfListed, type WaitedOutcome} from './wait/outcome.ts';
export {
  jobEnd,
  type WaitEnd,
  type WaitedJob,
  Waiting,
  type WaitOptions,
  waitForJobs,
} from './wait/waiting.ts';
export {refuseJobsOfOthers} from './whose/own-jobs.ts';
export {checkedBy, whoAsks, whoAsksAsClient} from './whose/who-asks.ts';
