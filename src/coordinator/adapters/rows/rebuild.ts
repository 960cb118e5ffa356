/**
 * Makes the rows of a repository anew from its job directories: each from its spec, the status records of its
 * journal and its progress, by the same functions that made the lost one. For `stint doctor --repair`, under the coordinator's lock.
 */
import {closeSync, constants, existsSync, lstatSync, renameSync} from 'node:fs';
import {join} from 'node:path';

import {type Clock, codeOf, type RepoId} from '../../../base/index.ts';
import {insideState, openPrivate} from '../../../platform/index.ts';
import {analyseProgressFile, summaryOf} from '../../../progress/index.ts';
import {
  type Connection,
  findJob,
  isSound,
  JOBS_SCHEMA,
  type JobWrites,
  jobWrites,
  listUnfinished,
  openForWriting,
  REPO_PLACE,
  readPolicy,
  writePolicy,
} from '../../../store/index.ts';
import {bySubmission, isEnded, type Job, type JobSpec, keyOf, withNumbers} from '../../domain/index.ts';
import {databasePath, JOB_FILES, jobPath, repoPath, unfinishedMarkPath} from '../directory/job-paths.ts';
import {foldJournal} from '../directory/journal-state.ts';
import {readSpec, tellsRetention} from '../directory/spec-file.ts';
import {jobDirectoriesIn} from '../directory/specs-on-disk.ts';
import {keptSummary} from '../progress/progress-checkpoint.ts';
import {invocationRow, jobRow} from './job-rows.ts';

export interface Rebuilt {
  readonly jobs: number;
  /** Jobs that are not closed: a coordinator takes them over, and starts those that never started. */
  readonly unfinished: number;
  /** Where a database that was damaged was put. */
  readonly setAside: string | undefined;
}

/**
 * Throws when the database is another program's or a newer stint's; it is not touched then. `onJob` hears of each job that
 * was read, how many of how many; `onUnreadable` of each that could not be: what is known of it stays as it is.
 */
export function rebuildStore(
  state: string,
  repo: RepoId,
  clock: Clock,
  onJob: (done: number, total: number) => void = () => undefined,
  onUnreadable: (error: unknown) => void = () => undefined,
): Rebuilt {
  const path = insideState(state, databasePath(repo));
  const {db, setAside} = openOrReplace(path, clock);
  try {
    const jobs = jobsOnDisk(join(state, repoPath(repo, 'jobs')), onJob, onUnreadable);
    const writes = jobWrites(db);
    writes.together(() => {
      for (const {job, hasJournal} of jobs) {
        const known = findJob(db, job.spec.invocation.id, job.spec.name, job.spec.attempt);
        // Where somebody removed the log, or cut it, or what the job reported, the row knows better.
        const isClosed = isEnded(job.state) && job.state.closedAt !== undefined;
        if (known !== undefined && (!hasJournal || (known.closed_at !== null && !isClosed))) continue;
        const row = jobRow(job);
        writes.addInvocation(invocationRow(job.spec));
        writes.putJob({...row, progress: row.progress ?? known?.progress ?? null});
        if (known === undefined) keepAsBefore(state, job.spec, writes, clock.now());
      }
      const place = jobs.at(-1)?.job.spec.place;
      if (place !== undefined && readPolicy(db, REPO_PLACE) === undefined) writePolicy(db, REPO_PLACE, place);
    });
    const unfinished = listUnfinished(db).length;
    if (unfinished > 0)
      closeSync(openPrivate(join(state, unfinishedMarkPath(repo)), constants.O_WRONLY | constants.O_CREAT));
    return {jobs: jobs.length, unfinished, setAside};
  } finally {
    db.close();
  }
}

/** Makes the row of one job anew; of one that has a number in a row that stays. False where its directory tells nothing. */
export function rebuildRow(db: Connection, directory: string): boolean {
  const found = jobOnDisk(directory);
  if (found === undefined) return false;
  const writes = jobWrites(db);
  writes.addInvocation(invocationRow(found.job.spec));
  writes.putJob(jobRow(found.job));
  return true;
}

function openOrReplace(path: string, clock: Clock): {db: Connection; setAside: string | undefined} {
  try {
    const db = openForWriting(path, JOBS_SCHEMA);
    if (isSound(db)) return {db, setAside: undefined};
    db.close();
  } catch (error) {
    if (codeOf(error) !== 'STORE_CORRUPT') throw error;
  }
  const setAside = `${path}.damaged-${clock.now()}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
  }
  return {db: openForWriting(path, JOBS_SCHEMA), setAside};
}

/** What the directory tells of how long a job is kept. One of an earlier version is kept for a while from now on. */
function keepAsBefore(state: string, spec: JobSpec, writes: JobWrites, now: number): void {
  const directory = join(state, jobPath(keyOf(spec)));
  const {invocation, name, attempt} = spec;
  if (!tellsRetention(join(directory, JOB_FILES.spec))) writes.keepFrom(invocation.id, name, attempt, now);
  if (existsSync(join(directory, JOB_FILES.pinned))) writes.pin(invocation.id, name, attempt, now);
}

interface JobOnDisk {
  readonly job: Job;
  /** Without one the row knows better, where there is one. */
  readonly hasJournal: boolean;
}

/** Every job that has a spec and can be read, in the order of submission; each has a number. */
function jobsOnDisk(
  directory: string,
  onJob: (done: number, total: number) => void,
  onUnreadable: (error: unknown) => void,
): JobOnDisk[] {
  const paths = jobDirectoriesIn(directory, onUnreadable);
  const jobs = paths.flatMap((path, at) => {
    const job = unless(onUnreadable, () => jobOnDisk(path));
    onJob(at + 1, paths.length);
    return job ?? [];
  });
  jobs.sort((a, b) => bySubmission(a.job.spec, b.job.spec));
  const specs = withNumbers(jobs.map(({job}) => job.spec));
  return jobs.map(({job, hasJournal}, at) => ({job: {...job, spec: specs[at] ?? job.spec}, hasJournal}));
}

function unless<T>(onError: (error: unknown) => void, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    onError(error);
    return undefined;
  }
}

function jobOnDisk(directory: string): JobOnDisk | undefined {
  const spec = readSpec(join(directory, JOB_FILES.spec));
  if (spec === undefined) return undefined;
  const journal = foldJournal(join(directory, JOB_FILES.journal), 'whole');
  const state = journal?.state ?? {status: 'queued'};
  const closed = isEnded(state) && state.closedAt !== undefined;
  const job = {
    spec,
    state,
    ...(closed && journal ? {sizeBytes: journal.bytes} : {}),
    ...(closed ? summaryIn(directory, spec.invocation.createdAt) : {}),
  };
  return {job, hasJournal: journal !== undefined && journal.bytes > 0};
}

/** What is kept of the job's progress; nothing where it never reported, or left there what cannot be read. */
function summaryIn(directory: string, submittedAt: number): Pick<Job, 'progressSummary'> {
  const path = join(directory, JOB_FILES.progress);
  const found = lstatSync(path, {throwIfNoEntry: false});
  if (found !== undefined && !found.isFile()) return {};
  try {
    const summary =
      found === undefined
        ? keptSummary(directory)
        : summaryOf(analyseProgressFile(path, {from: submittedAt}).report());
    return summary === undefined ? {} : {progressSummary: JSON.stringify(summary)};
  } catch {
    return {}; // the job closed it to others, or the disk is damaged there: the other rows are wanted all the same
  }
}
