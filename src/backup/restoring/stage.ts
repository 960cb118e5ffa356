/** Unpacks what is to come back into a private directory, and makes of it a state directory in which no job is unfinished. */
import {closeSync, constants, existsSync, futimesSync, openSync, rmSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, pathBytes, type RepoId} from '../../base/index.ts';
import {
  databasePath,
  JOB_FILES,
  readSpec,
  rebuildRow,
  rebuildStore,
  repoPath,
  unfinishedMarkPath,
} from '../../coordinator/adapters/index.ts';
import {jobDirectoryName} from '../../coordinator/domain/index.ts';
import {reposOf} from '../../coordinator/reader/index.ts';
import {makePrivateDirectory, PRIVATE_FILE, systemClock} from '../../platform/index.ts';
import {
  type Connection,
  findJob,
  JOBS_SCHEMA,
  jobKeys,
  jobWrites,
  keepAllFrom,
  openForWriting,
} from '../../store/index.ts';
import type {ArchiveFile, FileSink} from '../archive/archive-reader.ts';
import {damagedBackup} from '../archive/format.ts';
import {entriesIn, type Inventory, jobsIn} from '../inventory.ts';
import {mannerOf, sessionOf} from '../saved-names.ts';
import {finishJob, restoredText} from './finish-job.ts';

/** What a saved file comes back with: a job, a session, a repository's database, …; undefined for what never does. */
export function unitOf(name: string): string | undefined {
  const parts = name.split('/');
  if (mannerOf(parts) === undefined) return undefined;
  const [top = '', second = '', third = '', invocation = '', job = ''] = parts;
  if (top === 'repos')
    return third === 'jobs' && parts.length > 5 ? `${second}/${invocation}/${job}` : DATABASES;
  if (top === 'sessions' && parts.length > 1) return `sessions/${sessionOf(second)}`;
  if (top === 'events' && parts.length > 1)
    return second === 'topics' ? `events/topics/${third}` : `events/${second}`;
  return top === 'events.db' ? DATABASES : top;
}

/** What is of no job, and of all. */
const DATABASES = '';

/** Whether a file with this unit is among what comes back. */
export function isAmong({jobs, others}: Inventory): (unit: string | undefined) => boolean {
  const units = new Set([DATABASES, ...jobs, ...others]);
  return unit => unit !== undefined && units.has(unit);
}

/** Gives the files of an archive to a directory, those that are wanted. */
export function unpacker(
  directory: string,
  backup: string,
  isWanted: (unit: string | undefined) => boolean,
): (file: ArchiveFile) => FileSink | undefined {
  const made = new Set<string>();
  return ({name, mtime}) => {
    if (!isWanted(unitOf(name))) return undefined;
    const path = join(directory, name);
    try {
      if (!made.has(dirname(path))) makePrivateDirectory(dirname(path));
      made.add(dirname(path));
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      return sinkOf(openSync(pathBytes(path), flags, PRIVATE_FILE), mtime);
    } catch (error) {
      if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) throw error;
      throw damagedBackup(backup, 'two files in it have the same place', error);
    }
  };
}

function sinkOf(fd: number, mtime: number): FileSink {
  return {
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, offset + at);
    },
    end: () => {
      futimesSync(fd, mtime, mtime);
      closeSync(fd);
    },
  };
}

export interface Finished {
  /** Jobs that were unfinished and now have an end. */
  readonly finished: number;
  /** Jobs that are not what their directory says: they do not come back. */
  readonly strange: readonly string[];
}

/** Brings databases up to date, makes rows that are missing, and ends what is unfinished. */
export async function finishStaged(
  directory: string,
  backupAt: number,
  onJob: (done: number) => void,
): Promise<Finished> {
  const strange: string[] = [];
  let finished = 0;
  for (const repo of reposOf(directory)) {
    strange.push(...removeStrange(directory, repo));
    const hasDatabase = existsSync(join(directory, databasePath(repo)));
    if (!hasDatabase) rebuildStore(directory, repo, systemClock);
    rmSync(join(directory, unfinishedMarkPath(repo)), {force: true});
    const db = openForWriting(join(directory, databasePath(repo)), JOBS_SCHEMA);
    try {
      for (const job of unfinishedIn(directory, repo, db)) {
        await finishJob({...job, backupAt});
        storeEnd(db, job, backupAt);
        onJob(++finished);
      }
      keepAllFrom(db, systemClock.now()); // nobody brings back what the next pass removes
    } finally {
      db.close();
    }
  }
  return {finished, strange};
}

/** A spec says where it belongs; another one may have been put there by somebody who wants files elsewhere to be touched. */
function removeStrange(directory: string, repo: RepoId): string[] {
  return jobsIn(directory, repo).flatMap(job => {
    const [, invocation = '', name = ''] = job.split('/');
    const path = join(directory, repoPath(repo, 'jobs', invocation, name));
    if (!existsSync(join(path, JOB_FILES.spec)) || isItself(path, repo, invocation, name)) return [];
    rmSync(path, {recursive: true, force: true});
    return [job];
  });
}

function isItself(path: string, repo: RepoId, invocation: string, directory: string): boolean {
  try {
    const spec = readSpec(join(path, JOB_FILES.spec));
    if (spec === undefined) return true; // never finished, or of a later format
    return (
      spec.repo === repo &&
      spec.invocation.id === invocation &&
      jobDirectoryName(spec.name, spec.attempt) === directory
    );
  } catch {
    return false; // it lacks what every spec has
  }
}

interface Unfinished {
  readonly directory: string;
  readonly wasStarted: boolean;
  /** Its key where it has a row. */
  readonly row: {readonly invocation_id: string; readonly name: string; readonly attempt: number} | undefined;
}

/** Rows that are not closed, and directories without a row. */
function unfinishedIn(directory: string, repo: RepoId, db: Connection): Unfinished[] {
  const pathOf = (invocation: string, name: string) =>
    join(directory, repoPath(repo, 'jobs', invocation, name));
  const rows = jobKeys(db).map(row => ({
    ...row,
    path: pathOf(row.invocation_id, jobDirectoryName(row.name, row.attempt)),
  }));
  const known = new Set(rows.map(({path}) => path));
  const open = rows
    .filter(({closed_at}) => closed_at === null)
    .map(row => {
      const status = findJob(db, row.invocation_id, row.name, row.attempt)?.status;
      return {directory: row.path, wasStarted: status !== 'queued', row};
    });
  const jobs = join(directory, repoPath(repo, 'jobs'));
  const unknown = entriesIn(jobs).flatMap(invocation =>
    entriesIn(join(jobs, invocation.name)).flatMap(({name}) => {
      const path = pathOf(invocation.name, name);
      return known.has(path) ? [] : {directory: path, wasStarted: false, row: undefined};
    }),
  );
  return [...open, ...unknown];
}

function storeEnd(db: Connection, {directory, wasStarted, row}: Unfinished, backupAt: number): void {
  if (rebuildRow(db, directory)) return;
  const known = row && findJob(db, row.invocation_id, row.name, row.attempt);
  // A submission that was never answered.
  if (known === undefined) {
    rmSync(directory, {recursive: true, force: true});
    return;
  }
  const now = systemClock.now();
  jobWrites(db).putJob({
    ...known,
    status: 'crashed',
    finished_at: now,
    closed_at: now,
    message: restoredText(backupAt, wasStarted),
  });
}
