export {coordinatorLockPath, takeCoordinatorLock} from './coordinator-lock.ts';
export {FifoPool} from './fifo-pool.ts';
export {type FileWatch, watchFile} from './file-watch.ts';
export {jobDirectories} from './job-directories.ts';
export {databasePath, JOB_FILES, jobPath, repoPath, unfinishedMarkPath} from './job-paths.ts';
export {jobProcesses} from './job-processes.ts';
export {
  invocationsOnDisk,
  isUnfinished,
  isUnknown,
  JobReader,
  keyOfListed,
  type ListedJob,
  reposOf,
  reposWithInvocation,
} from './job-reader.ts';
export {invocationRow, jobOfRow, jobRow, stateOfRow} from './job-rows.ts';
export {foldJournal} from './journal-state.ts';
export {type Leftovers, type LeftoversOf, lookForLeftovers} from './leftovers.ts';
export {
  LONG_TAIL_BYTES,
  type PresentProgress,
  presentProgress,
  SHORT_TAIL_BYTES,
} from './present-progress.ts';
export {progressSource} from './progress-source.ts';
export {Pump} from './pump.ts';
export {type Rebuilt, rebuildStore} from './rebuild.ts';
export {shellNotifier} from './shell-notifier.ts';
export {readSpec} from './spec-file.ts';
export {SpoolRecorder} from './spool-recorder.ts';
export {SpoolTranscoder} from './spool-transcoder.ts';
export {SqliteLedger} from './sqlite-ledger.ts';
export {watchWrapper} from './wrapper-watch.ts';
