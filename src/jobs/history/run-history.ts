/** What became of the runs of a job before one of them. */
import {FAILED, isEnded} from '../../coordinator/domain/index.ts';
import {JobReader, type ListedJob} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {ReadingPlace} from '../place.ts';
import {shownStatus} from '../select/shown-status.ts';
import {type JobStatistics, jobStatistics} from './job-statistics.ts';
import {runOf, USUAL_RUNS} from './statistics.ts';

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
  const runs = runsLike(place, job);
  if (runs.length < 2) return undefined;
  const lately = runs.filter(({state}) => isEnded(state)).slice(0, LATELY);
  return {
    usually: jobStatistics(runs.map(runOf)),
    failed: lately.filter(run => FAILED.some(status => status === shownStatus(run))).length,
    ended: lately.length,
    before: runs.filter(({row}) => row.number < job.row.number),
  };
}

/** The last runs of the jobs with its name, the newest first. */
function runsLike({state, repoId, reader}: ReadingPlace, {repo, name}: ListedJob): readonly ListedJob[] {
  if (reader !== undefined && repo === repoId) return reader.runs(name, USUAL_RUNS);
  if (state === undefined) return [];
  let other: JobReader | undefined;
  try {
    other = JobReader.open(state, repo, systemClock);
    return other?.runs(name, USUAL_RUNS) ?? [];
  } catch {
    return [];
  } finally {
    other?.close();
  }
}
