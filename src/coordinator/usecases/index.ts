export {type EndedLeftovers, EndLeftovers} from './ending/end-leftovers.ts';
export type {LeftJob} from './left-jobs.ts';
export {Listeners} from './listeners.ts';
export type {QueueView} from './start-queue.ts';
export {type Submission, type SubmittedJob, submitter} from './submit.ts';
export {Supervisor, type SupervisorOptions} from './supervisor.ts';
