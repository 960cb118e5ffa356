export {matchToAct} from './address/acting-match.ts';
export {
  type Address,
  type Addressable,
  fits,
  isWorktree,
  latestAttempts,
  type Match,
  matchAddress,
  parseAddress,
} from './address/address.ts';
export {type CancelFilter, cancelMatch} from './address/cancel-match.ts';
export {firstAttempt, furtherAttempt, queuedAttempt} from './job/attempt.ts';
export {type ByteString, fromBytes, toBytes, toText} from './job/byte-string.ts';
export {
  type CancellingState,
  type EndedState,
  isEnded,
  type Job,
  type JobState,
  type JobSummary,
  nextState,
  type RunningState,
  type Stall,
  stallOf,
} from './job/job.ts';
export {ageOfJob, isOfEarlierBoot} from './job/job-age.ts';
export {jobDirectoryName, nameProblem} from './job/job-directory-name.ts';
export {directoryVariable, jobEnvironment} from './job/job-environment.ts';
export {isOf, keyOf} from './job/job-key.ts';
export {DEFAULT_JOB_OPTIONS, type JobOptions} from './job/job-options.ts';
export type {JobProgress} from './job/job-progress.ts';
export type {Invocation, JobSpec, SpecSummary} from './job/job-spec.ts';
export {
  JOB_VARIABLE,
  jobVariable,
  OWN_VARIABLES,
  ownVariables,
  withoutOwnVariables,
} from './job/job-variable.ts';
export {type AskedNeed, MOST_NEEDS, NEED_ENDS, type Need, type NeedEnd, needText} from './job/need.ts';
export {
  FAILED,
  GOING_ON,
  isEndedStatus,
  isFailure,
  isStatusWord,
  type JobStatus,
  parseStatus,
  STATUSES,
} from './job/status.ts';
export {byProblem, isSameSubmitter, jobOfOthers, mayActOn, type OwnedJob, refuseOthers} from './job/whose.ts';
export {type EndEvent, endEvent, isToldOfStall} from './notice/end-event.ts';
export {endText} from './notice/end-text.ts';
export {isUnexpectedEnd} from './notice/unexpected-end.ts';
export {hasLeapt} from './pruning/age.ts';
export {keptUntil} from './pruning/kept-until.ts';
export {
  type Eviction,
  type PrunableInvocation,
  type PrunableJob,
  type PrunePlan,
  type PruneRules,
  prunePlan,
} from './pruning/prune-plan.ts';
export {DEFAULT_REPO_POLICY, type RepoPolicy} from './pruning/repo-policy.ts';
export {
  bytesAfter,
  type KeptTopic,
  type TopicCut,
  type TopicPlan,
  type TopicRules,
  topicPlan,
} from './pruning/topic-plan.ts';
export {ifRunning, namesakesOf} from './queue/if-running.ts';
export {type GraphJob, graphProblem} from './queue/job-graph.ts';
export {
  type Block,
  defaultParallel,
  type GroupFacts,
  mayStart,
  passesQueue,
  type StartFacts,
  takesPlace,
  type WaitingJob,
  type WaitReason,
  waitReason,
} from './queue/may-start.ts';
export {type NeededJob, type NeedStanding, needStanding, needsStanding} from './queue/need-standing.ts';
export {backoffMs, longestBackoffMs, type NextAttempt, nextAttempt} from './queue/next-attempt.ts';
export {notQueued} from './queue/not-queued.ts';
export {
  type ChosenJob,
  type LeftWhy,
  type RetriedNeed,
  type RetryJob,
  type RetrySet,
  retrySet,
} from './queue/retry-set.ts';
export {
  compareStart,
  insertByStart,
  QUEUE_ENDS,
  type Queued,
  type QueueEnd,
  rankAt,
} from './queue/start-order.ts';
export {bySubmission, queueOrder, withNumbers} from './queue/submission-order.ts';
export {unknownGroup} from './queue/unknown-group.ts';
export {isNewOutput, printedLines} from './stall/new-output.ts';
export {type Expected, stallsAt} from './stall/stall.ts';
export {stallReason, stallText} from './stall/stall-text.ts';
export {isClosing, isClosingRecord} from './state/closing.ts';
export {type CpuTime, cpuTimeOf, type WrittenCpuTime} from './state/cpu-time.ts';
export {aliveUntil, type Ending, endingEvent, ranMs, startedEvent} from './state/ending.ts';
export {isGone} from './state/is-gone.ts';
export {isOver} from './state/is-over.ts';
export {isMemoryReason, memoryReason} from './state/memory-limit.ts';
export {type FoundJob, type Reconciled, reconcile} from './state/reconcile.ts';
export type {NamedProcess, Remains} from './state/remains.ts';
export {type Elsewhere, GIVE_UP, runsElsewhere} from './state/runs-elsewhere.ts';
export {type Aim, type SignaledProcess, signaledEvent} from './state/signaled-event.ts';
export {furtherState, missingRecords, recordsOf, withStart} from './state/state-records.ts';
export {
  type CancellingEvent,
  type LostEvent,
  parseStatusEvent,
  type SeenBytes,
  type StalledEvent,
  type StatusEvent,
  type StatusRecord,
  type TruncatedEvent,
} from './state/status-event.ts';
export {timeLeftMs, timeOutReason} from './state/time-limit.ts';
export {
  type Bounds,
  endBetween,
  type LostBy,
  latestEnd,
  lostText,
  type UnseenEnd,
} from './state/unseen-end.ts';
