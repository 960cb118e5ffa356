export {BackgroundSync, type Durability} from './durability/background-sync.ts';
export {
  syncDirectory,
  syncDirectoryInBackground,
  syncFile,
  syncFileInBackground,
} from './durability/sync-file.ts';
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
export {type ChangeSource, ChangeWatch} from './files/change-watch.ts';
export {absolutePath, currentDirectory} from './files/current-directory.ts';
export {directoryProblem, refuseDirectory} from './files/directory-problem.ts';
export {freeBytes, isReadOnlyDisk} from './files/disk.ts';
export {fifoHasWriter, makeFifos, makeFifosSync, openFifo, watchFifoEnd} from './files/fifo.ts';
export {type FileWatch, lookRegularly, watchFile, watchName} from './files/file-watch.ts';
export {makeDirectories} from './files/make-directories.ts';
export {openIfThere} from './files/open-if-there.ts';
export {type OrderedChanges, type OrderedWatch, watchInOrder} from './files/ordered/ordered-watch.ts';
export {beginsWith, fileHead, notOurs, refuseUnlessBegins, withoutBlanks} from './files/own-file.ts';
export {isOwn, userName} from './files/owner.ts';
export {realPath, withPlainPath} from './files/plain-path.ts';
export {
  checkPrivate,
  makePrivateDirectory,
  openPrivate,
  PRIVATE_DIRECTORY,
  PRIVATE_FILE,
  readPrivate,
} from './files/private-file.ts';
export {isOnItsWay, onItsWayTo, replaceFile} from './files/replace-file.ts';
export {sharedFileSystem} from './files/shared-file-system.ts';
export {writeWhole} from './files/write-whole.ts';
export {runGit, runGitSync} from './git.ts';
export {fileHolder, punchHole} from './holes/punch-hole.ts';
export type {FileHolder, HeldFile, Hold, Hole, Punched, PunchHole} from './holes/punched.ts';
export {configurationHome, homeDirectory} from './homes.ts';

export {LineReader} from './lines/line-reader.ts';
export {lastLineIn, linesBack, scanBack} from './lines/lines-back.ts';
export {systemMoment} from './machine-time.ts';
export {hasInputOfItsOwn} from './own-input.ts';
export {builtinQuietly, nodeVersion} from './own-node.ts';
export {packageRoot, packageVersion} from './package-root.ts';
export {processSpace} from './process-space.ts';
export {cgroupIn, cgroupOf} from './processes/cgroup.ts';
export {heldPaths, holdsFile} from './processes/held-files.ts';
export {listenedPorts} from './processes/listened-ports.ts';
export {memoryUse} from './processes/memory-use.ts';
export {openFilesBelow, type WritersOf} from './processes/open-files.ts';
export {emitWarning, onProcessEnd, type ProcessEnd, warnOfProcess} from './processes/process-end.ts';
export {bootTime, coreCount, directoryOfProcess, residentBytes} from './processes/process-facts.ts';
export {
  ageOf,
  commandLine,
  givenVariables,
  hidesProcesses,
  listProcesses,
  lookAgain,
  maySignal,
  type ProcessEntry,
  processorTime,
  type SignalName,
  signalGroup,
  signalProcess,
} from './processes/processes.ts';
export {type ResidentMemory, residentMemory} from './processes/resident-memory.ts';
export {
  endBySignal,
  onExit,
  onInterrupt,
  onSignal,
  onTermination,
  signalName,
  signalNumber,
  suspendGroup,
} from './processes/signals.ts';
export {randomHex} from './random.ts';
export {PlacedSocket} from './sockets/placed-socket.ts';
export {findSocket, makeSocketPlace, strangeSocketOwner} from './sockets/socket-address.ts';
export {connect, listen, type Server, type Socket} from './sockets/sockets.ts';
export {closeInheritedDescriptors, startDetachedNode, tellStarter} from './spawning/detached-node.ts';
export {checkExecutable, findOnPath, isOnPath} from './spawning/executable.ts';
export {enterOwnScope, OWN_SCOPE, type ScopeEntry} from './spawning/own-scope.ts';
export {runShell} from './spawning/run-shell.ts';
export {spawnJob} from './spawning/spawn-job.ts';
export {holderWords} from './state/holder-words.ts';
export {readLockHolder, removeLockHolder, writeLockHolder} from './state/lock-holder.ts';
export {findStateDirectory, insideState, openStateDirectory, stateDirectoryPath} from './state/state-dir.ts';
export {systemClock} from './system-clock.ts';
export {
  diskFull,
  fileProblem,
  fileReason,
  isDiskFull,
  isForbidden,
  isTransient,
  outputReason,
} from './system-error.ts';
export {timer} from './timer.ts';
