/**
 * Makes the rows of a repository anew from its job directories: each from its spec and the status records of its
 * journal, by the same function that made the lost one. For `stint doctor --repair`, under the coordinator's lock.
 */
import {closeSync, constants, existsSync, readdirSync, renameSync} from 'node:fs';
import {join} from 'node:path';

import {type Clock, codeOf, type RepoId} from '../../base/index.ts';
import {insideState, openPrivate} from '../../platform/index.ts';
import {type Connection, jobWrites, openForWriting, REPO_PLACE, writePolicy} from '../../store/index.ts';
import {isEnded, type Job} from '../domain/index.ts';
import {databasePath, JOB_FILES, repoPath, unfinishedMarkPath} from './job-paths.ts';
import {invocationRow, jobRow} from './job-rows.ts';
import {foldJournal} from './journal-state.ts';
import {readSpec} from './spec-file.ts';

export interface Rebuilt {
  readonly jobs: number;
  /** Jobs that are not closed: a coordinator takes them over, and starts those that never started. */
  readonly unfinished: number;
  /** Where a database that was damaged was put. */
  readonly setAside: string | undefined;
}

/** Throws when the database is another program's or a newer stint's; it is not touched then. */
export function rebuildStore(state: string, repo: RepoId, clock: Clock): Rebuilt {
  const path = insideState(state, databasePath(repo));
  const {db, setAside} = openOrReplace(path, clock);
  try {
    const jobs = jobsOnDisk(join(state, repoPath(repo, 'jobs')));
    const writes = jobWrites(db);
    writes.together(() => {
      for (const job of jobs) {
        writes.addInvocation(invocationRow(job.spec.invocation));
        writes.putJob(jobRow(job));
      }
      const place = jobs.at(-1)?.spec.place;
      if (place !== undefined) writePolicy(db, REPO_PLACE, place);
    });
    const unfinished = jobs.filter(({state: now}) => !isEnded(now) || now.closedAt === undefined).length;
    if (unfinished > 0)
      closeSync(openPrivate(join(state, unfinishedMarkPath(repo)), constants.O_WRONLY | constants.O_CREAT));
    return {jobs: jobs.length, unfinished, setAside};
  } finally {
    db.close();
  }
}

function openOrReplace(path: string, clock: Clock): {db: Connection; setAside: string | undefined} {
  try {
    const db = openForWriting(path);
    if (isSound(db)) return {db, setAside: undefined};
    db.close();
  } catch (error) {
    if (codeOf(error) !== 'STORE_CORRUPT') throw error;
  }
  const setAside = `${path}.damaged-${clock.now()}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
  }
  return {db: openForWriting(path), setAside};
}

function isSound(db: Connection): boolean {
  try {
    return db.pragma('quick_check(1)', {simple: true}) === 'ok';
  } catch (error) {
    if (codeOf(error)?.startsWith('SQLITE_CORRUPT') || codeOf(error) === 'SQLITE_NOTADB') return false;
    throw error;
  }
}

/** Every job that has a spec, in the order of submission. */
function jobsOnDisk(directory: string): Job[] {
  const jobs: Job[] = [];
  for (const invocation of directories(directory)) {
    for (const name of directories(join(directory, invocation))) {
      const job = jobOnDisk(join(directory, invocation, name));
      if (job !== undefined) jobs.push(job);
    }
  }
  return jobs.sort(
    (a, b) =>
      a.spec.invocation.createdAt - b.spec.invocation.createdAt ||
      (a.spec.invocation.id < b.spec.invocation.id ? -1 : 1),
  );
}

function jobOnDisk(directory: string): Job | undefined {
  const spec = readSpec(join(directory, JOB_FILES.spec));
  if (spec === undefined) return undefined;
  const journal = foldJournal(join(directory, JOB_FILES.journal), 'whole');
  const state = journal?.state ?? {status: 'queued'};
  const closed = isEnded(state) && state.closedAt !== undefined;
  return {spec, state, ...(closed && journal ? {sizeBytes: journal.bytes} : {})};
}

function directories(path: string): string[] {
  try {
    return readdirSync(path, {withFileTypes: true}).flatMap(entry => (entry.isDirectory() ? entry.name : []));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
