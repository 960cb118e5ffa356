/** What became of the runs of a job before one of them. */
import {FAILED, GOING_ON} from '../../coordinator/domain/index.ts';
import {JobReader, type ListedJob} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {ReadingPlace} from '../place.ts';
import {type JobStatistics, jobStatistics} from './job-statistics.ts';
import {lastRuns, type Runs, runsOf, USUAL_RUNS} from './statistics.ts';

export interface RunHistory {
  /** Of its last runs, this one among them where it is one of those. */
  readonly usually: JobStatistics;
  /** How many of the last runs that ended failed, and of how many; up to `LATELY`. */
  readonly failed: number;
  readonly ended: number;
  /** Those that were submitted before it, the newest first. */
  readonly before: readonly ListedJob[];
}

/** So many runs tell how often it fails lately. */
const LATELY = 20;

/** Undefined where this is the only run, or the others cannot be read: all else is told of the job then. */
export function runHistory(place: ReadingPlace, job: ListedJob): RunHistory | undefined {
  const like = runsLike(place, job);
  const runs = runsOf(like, USUAL_RUNS);
  if (runs.length < 2) return undefined;
  const lately = runs.filter(({status}) => !GOING_ON.some(each => each === status)).slice(0, LATELY);
  return {
    usually: jobStatistics(runs),
    failed: lately.filter(({status}) => FAILED.some(each => each === status)).length,
    ended: lately.length,
    before: like.jobs.filter(({row}) => row.number < job.row.number),
  };
}

/** The last runs of the jobs with its name. */
function runsLike({state, repoId, reader}: ReadingPlace, {repo, name}: ListedJob): Runs {
  if (reader !== undefined && repo === repoId) return lastRuns(reader, name, USUAL_RUNS);
  if (state === undefined) return NO_RUNS;
  let other: JobReader | undefined;
  try {
    other = JobReader.open(state, repo, systemClock);
    return lastRuns(other, name, USUAL_RUNS);
  } catch {
    return NO_RUNS;
  } finally {
    other?.close();
  }
}

const NO_RUNS: Runs = {jobs: [], past: []};
