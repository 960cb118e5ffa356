/** stint as a library: `submit` for one command, below it the coordinator's client and what it speaks of. More doors: `stint/client`, `stint/journal`, `stint/progress`, `stint/agent-events`, `stint/event-log`. */
export {type ErrorCode, type InvocationId, type JobKey, type RepoId, StintError} from './base/index.ts';
export {
  Client,
  type ClientOptions,
  type RequestOptions,
  type WireSubmission,
} from './coordinator/client/index.ts';
export {type SubmitOptions, type SubmittedJob, submit} from './jobs/index.ts';
export {followJournal, openJournal, readLastLines, readLines} from './journal/index.ts';
