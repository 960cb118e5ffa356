export {coordinatorLockPath, takeCoordinatorLock} from './coordinator-lock.ts';
export {jobDirectories, SPOOL_FILES} from './directory/job-directories.ts';
export {findingsIn} from './directory/job-findings.ts';
export {databasePath, JOB_FILES, jobPath, repoPath, unfinishedMarkPath} from './directory/job-paths.ts';
export {foldJournal, journalBytes} from './directory/journal-state.ts';
export {reposOf} from './directory/repos-of.ts';
export {readSpec} from './directory/spec-file.ts';
export {copiedStatus} from './directory/status-lines.ts';
export {keptEvents} from './keeping/kept-events.ts';
export {type LastPrune, readLastPrune, writeLastPrune} from './keeping/last-prune.ts';
export {DESKTOP, desktopProblem} from './notifying/desktop.ts';
export {type NotifyFailure, readNotifyFailures} from './notifying/notify-failures.ts';
export {isUntold} from './notifying/outbox.ts';
export {ShellNotifier} from './notifying/shell-notifier.ts';
export {FifoPool} from './processes/fifo-pool.ts';
export {
  isOfStint,
  type ProcessLook,
  processesOf,
  spoolPaths,
  variableLook,
} from './processes/find-processes.ts';
export {jobProcesses} from './processes/job-processes.ts';
export {watchWrapper} from './processes/wrapper-watch.ts';
export {progressSource} from './progress/job-progress-source.ts';
export {outputSince} from './progress/output-since.ts';
export {fits, keptSummary, readCheckpoint} from './progress/progress-checkpoint.ts';
export {isWorkRewritten} from './progress/seen-work.ts';
export {bytesIn, bytesOn, contentsOf, type JobContents} from './pruning/job-contents.ts';
export {jobRemovals, pruningRules} from './pruning/job-removals.ts';
export {readLastPass} from './pruning/last-pass.ts';
export {lookAround} from './pruning/look-around.ts';
export {PendingOutput, type PendingText, placeAfter, placeBehind} from './recording/pending-output.ts';
export {Pump} from './recording/pump.ts';
export {recordedPlace} from './recording/record-tail.ts';
export {SpoolRecorder} from './recording/spool-recorder.ts';
export {SpoolTranscoder} from './recording/transcoding/spool-transcoder.ts';
export {withPending} from './recording/with-pending.ts';
export {stateOfRow} from './rows/job-rows.ts';
export {rebuildRow, rebuildStore} from './rows/rebuild.ts';
export {SqliteLedger} from './rows/sqlite-ledger.ts';
export {
  type GroupSettings,
  readGroups,
  readParallel,
  writeGroups,
  writeParallel,
} from './settings.ts';
export {worktreeStanding} from './worktree-standing.ts';
