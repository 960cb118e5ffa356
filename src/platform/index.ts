export {type ChangeSource, ChangeWatch} from './change-watch.ts';
export {absolutePath, currentDirectory} from './current-directory.ts';
export {closeInheritedDescriptors, startDetachedNode, tellStarter} from './detached-node.ts';
export {directoryProblem, refuseDirectory} from './directory-problem.ts';
export {freeBytes, isDiskFull, isReadOnlyDisk} from './disk.ts';
export {
  argumentBytes,
  argumentValue,
  currentUmask,
  environment,
  environmentEntries,
  environmentPath,
  splitNul,
  undecodedArguments,
} from './environment.ts';
export {checkExecutable} from './executable.ts';
export {fifoHasWriter, makeFifos, makeFifosSync, openFifo, watchFifoEnd} from './fifo.ts';
export {fileProblem, fileReason} from './file-reason.ts';
export {runGit, runGitSync} from './git.ts';
export {heldPaths, holdsFile} from './held-files.ts';
export {type HolderWords, holderWords} from './holder-words.ts';
export {type LockHolder, readLockHolder, removeLockHolder, writeLockHolder} from './lock-holder.ts';
export {machineUptime, systemMoment} from './machine-time.ts';
export {makeDirectories} from './make-directories.ts';
export {openFilesBelow, type WritersOf} from './open-files.ts';
export {beginsWith, fileHead, notOurs, refuseUnlessBegins, withoutBlanks} from './own-file.ts';
export {hasInputOfItsOwn} from './own-input.ts';
export {isOwn, userName} from './owner.ts';
export {nativeBindingPath, packageRoot, packageVersion} from './package-root.ts';
export {PlacedSocket} from './placed-socket.ts';
export {realPath, withPlainPath} from './plain-path.ts';
export {
  checkPrivate,
  makePrivateDirectory,
  openPrivate,
  PRIVATE_DIRECTORY,
  PRIVATE_FILE,
  readPrivate,
} from './private-file.ts';
export {emitWarning, onProcessEnd, type ProcessEnd} from './process-end.ts';
export {bootTime, coreCount, residentBytes} from './process-facts.ts';
export {processSpace} from './process-space.ts';
export {
  ageOf,
  commandLine,
  givenVariables,
  hidesProcesses,
  listProcesses,
  lookAgain,
  maySignal,
  type ProcessEntry,
  type SignalName,
  signalGroup,
  signalProcess,
} from './processes.ts';
export {randomHex} from './random.ts';
export {type ResidentMemory, residentMemory} from './resident-memory.ts';
export {runShell, type ShellRun} from './run-shell.ts';
export {sharedFileSystem} from './shared-file-system.ts';
export {
  endBySignal,
  onExit,
  onInterrupt,
  onSignal,
  onTermination,
  signalName,
  signalNumber,
  suspendGroup,
} from './signals.ts';
export {findSocket, makeSocketPlace, strangeSocketOwner} from './socket-address.ts';
export {connect, listen, type Server, type Socket} from './sockets.ts';
export {type JobLaunch, type LaunchedJob, spawnJob} from './spawn-job.ts';
export {findStateDirectory, insideState, openStateDirectory, stateDirectoryPath} from './state-dir.ts';
export {systemClock} from './system-clock.ts';
export {timer} from './timer.ts';
