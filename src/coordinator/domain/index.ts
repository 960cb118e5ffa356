export {matchToAct} from './acting-match.ts';
export {type Address, type Addressable, type Match, matchAddress, parseAddress} from './address.ts';
export {type ByteString, fromBytes, toBytes, toText} from './byte-string.ts';
export {type CancelFilter, cancelMatch} from './cancel-match.ts';
export {type Ending, endingEvent, ranMs, startedEvent, startOf} from './ending.ts';
export {isGone} from './is-gone.ts';
export {
  type CancellingState,
  type EndedState,
  finishedEvent,
  isEnded,
  type Job,
  type JobState,
  type LostEvent,
  nextState,
  parseStatusEvent,
  type RunningState,
  type Stall,
  type StalledEvent,
  type StartedEvent,
  type StatusEvent,
  type StatusRecord,
} from './job.ts';
export {ageOfJob, isOfEarlierBoot} from './job-age.ts';
export {jobDirectoryName, nameProblem} from './job-directory-name.ts';
export {jobEnvironment} from './job-environment.ts';
export {keyOf} from './job-key.ts';
export type {JobProgress, OpenJobPhase} from './job-progress.ts';
export {DEFAULT_STALL_AFTER_MS, type Invocation, type JobSpec, ON_STALL, type OnStall} from './job-spec.ts';
export {JOB_VARIABLE, jobVariable, OWN_VARIABLES, ownVariables} from './job-variable.ts';
export {type FoundJob, LOST_WRAPPER, type Reconciled, reconcile} from './reconcile.ts';
export type {LeftProcess, NamedProcess, Remains} from './remains.ts';
export {type Elsewhere, GIVE_UP, runsElsewhere} from './runs-elsewhere.ts';
export {defaultParallel, headLength, passesQueue, schedule} from './schedule.ts';
export {redact} from './secrets.ts';
export {type Aim, type SignaledEvent, type SignaledProcess, signaledEvent} from './signaled-event.ts';
export {type StallFacts, stallsAt} from './stall.ts';
export {stallText} from './stall-text.ts';
export {furtherState, missingRecords, recordsOf, withStart} from './state-records.ts';
export {bySubmission, queueOrder, withNumbers} from './submission-order.ts';
