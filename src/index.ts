/** stint as a library: `submit` for one command, what one can ask about jobs, and below it the coordinator's client and what it speaks of. More doors: `stint/client`, `stint/journal`, `stint/progress`, `stint/agent-events`, `stint/event-log`. */
export {type ErrorCode, type InvocationId, type JobKey, type RepoId, StintError} from './base/index.ts';
export {
  Client,
  type ClientOptions,
  type Outcome,
  type RequestOptions,
  type WireSubmission,
} from './coordinator/client/index.ts';
export {
  type FindOptions,
  find,
  type JobInGraph,
  type JobStatistics,
  type JobToSubmit,
  type JobView,
  type ListOptions,
  list,
  type NeededJob,
  type ReadingOptions,
  type RetryOptions,
  retryJobs,
  type StatisticsOfJob,
  type StatisticsOptions,
  type SubmissionOptions,
  type SubmitJobsOptions,
  type SubmitOptions,
  type SubmittedJob,
  statistics,
  submit,
  submitJobs,
} from './jobs/public.ts';
export {followJournal, openJournal, readLastLines, readLines} from './journal/index.ts';
