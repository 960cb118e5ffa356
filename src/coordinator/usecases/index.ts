export {
  type CancelledJobs,
  type CancelWish,
  cancelFitting,
  cancelJobs,
  type UnsureJob,
} from './ending/cancel-jobs.ts';
export {EndLeftovers} from './ending/end-leftovers.ts';
export {endLeftoversOf} from './ending/end-leftovers-of.ts';
export {windDown} from './ending/wind-down.ts';
export {type FindJob, knownJob} from './known-job.ts';
export {Listeners} from './listeners.ts';
export {type EventPass, EventPruner, eventTroubles, NO_EVENT_PASS} from './pruning/event-pruner.ts';
export {type Pass, Pruner, type RemovedKeys} from './pruning/pruner.ts';
export type {QueueView} from './queue/start-queue.ts';
export {type Submission, type Submit, submitter} from './submit.ts';
export {Supervisor} from './supervisor.ts';
export type {LeftJob} from './taking-over/left-jobs.ts';
export {waitForJob} from './wait-for-job.ts';
