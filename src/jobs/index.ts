export {addressText, candidateLines} from './address/address-text.ts';
export {type MeantJobs, type Resolve, resolveEnded, resolveToAct, resolveToRead} from './address/resolve.ts';
export {elsewhereText, refuseElsewhere, untilWithinReach} from './elsewhere.ts';
export type {
  JobStatistics,
  PhaseStatistics,
  RunningNow,
  Spread,
  StatisticsOfJob,
} from './history/job-statistics.ts';
export {
  statisticsOf,
  USUAL_RUNS,
  usually,
} from './history/statistics.ts';
export {listedJob} from './listed-job.ts';
export {openReadingPlace, openRepository, placeOf, type ReadingPlace} from './place.ts';
export {type QueueStanding, queueStandings, type StandingOf} from './queue/queue-standing.ts';
export {waitText} from './queue/wait-text.ts';
export type {JobView, ProgressFields} from './view/job-view.ts';
export {type ListedJobs, listJobs} from './view/list-jobs.ts';
export {type ListedProgress, listedProgress} from './view/listed-progress.ts';
export {type ViewedJob, type ViewOptions, viewJobs} from './view/view-jobs.ts';
export {durationSecs} from './view/view-of.ts';
