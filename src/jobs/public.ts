/** What the package exports: its types lead to nothing that a program would have to install. */
export type {JobStatistics, StatisticsOfJob} from './history/job-statistics.ts';
export {
  type FindOptions,
  find,
  type ListOptions,
  list,
  type ReadingOptions,
  type StatisticsOptions,
  statistics,
} from './read-jobs.ts';
export {type RetryOptions, retryJobs} from './retry/retry-jobs.ts';
export {
  type JobToSubmit,
  type SubmissionOptions,
  type SubmitOptions,
  submit,
} from './submit/submit.ts';
export {
  type JobInGraph,
  type NeededJob,
  type SubmitJobsOptions,
  submitJobs,
} from './submit/submit-jobs.ts';
export type {SubmittedJob} from './submit/submitted-job.ts';
export type {JobView} from './view/job-view.ts';
