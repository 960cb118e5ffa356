export {addressText, candidateLines} from './address/address-text.ts';
export {type MeantJobs, type Resolve, resolveEnded, resolveToAct, resolveToRead} from './address/resolve.ts';
export {elsewhereText, refuseElsewhere, untilWithinReach} from './elsewhere.ts';
export type {JobStatistics, PhaseStatistics, Spread} from './history/job-statistics.ts';
export {
  type RunningNow,
  type StatisticsOfJob,
  statisticsOf,
  USUAL_RUNS,
  usually,
} from './history/statistics.ts';
export {openReadingPlace, openRepository, placeOf, type ReadingPlace} from './place.ts';
export {type ListedProgress, listedProgress, type ProgressFields} from './view/listed-progress.ts';
