/**
 * Removes jobs, with their files and their rows. Order of writes:
 *
 * 1. The directory is renamed (`removal-name.ts`): from then on the removal cannot be taken back. It is that of the invocation
 *    where all of its jobs go, else that of each job. What somebody else put there stays where it is: beside it only stint's
 *    own files are moved away, the spec last.
 * 2. The rows are removed, in one transaction for all, and what statistics want of them is kept. Where the disk is too full for
 *    that, the files go first, which makes room.
 * 3. The files are removed, then the directory.
 *
 * Whoever is killed between any two of these leaves a directory with such a name, perhaps with rows: the next pass finds it
 * (`look-around.ts`) and goes on with the second step. All of it is done in one turn, so nobody here sees the half of it.
 */
import {mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync} from 'node:fs';
import {basename, join} from 'node:path';

import {
  codeOf,
  type InvocationId,
  type JobKey,
  messageOf,
  type RepoId,
  StintError,
} from '../../../base/index.ts';
import {
  fifoHasWriter,
  fileReason,
  insideState,
  isDiskFull,
  PRIVATE_DIRECTORY,
} from '../../../platform/index.ts';
import {type Connection, type JobWrites, type RemovableRow, removableJobs} from '../../../store/index.ts';
import {jobDirectoryName} from '../../domain/index.ts';
import type {FailedRemoval, HalfDone, JobsToRemove, RemovalReport, RemovedJob} from '../../ports/index.ts';
import {JOB_FILES, jobsPath} from '../directory/job-paths.ts';
import {untoldEnds} from '../notifying/outbox.ts';
import {contentsOf, type JobContents} from './job-contents.ts';
import {parseRemovalName, removalName} from './removal-name.ts';

/** A job that may be removed. */
interface Going {
  readonly job: RemovedJob;
  readonly number: number;
  readonly path: string;
  readonly contents: JobContents;
}

const NOTHING: JobContents = {own: [], strange: []};

/** A directory on its way out. */
interface Leaving {
  readonly directory: string;
  /** Its rows, those of the whole invocation where no job is named. */
  readonly invocation: string;
  readonly job?: Pick<JobKey, 'name' | 'attempt'> | undefined;
  /** Those whose rows go with it. */
  readonly jobs: readonly RemovedJob[];
  /** Of each job's directory, where that is known, its name in this one (empty for this one itself) and stint's files in it. */
  readonly holds?: readonly {readonly name: string; readonly own: readonly string[]}[];
}

export class JobRemoval {
  readonly #jobs: string;
  readonly #rowsOf: (invocation: string) => RemovableRow[];
  readonly #writes: JobWrites;
  readonly #isUntold: (key: JobKey) => boolean;
  readonly #repo: RepoId;
  readonly #now: number;
  readonly #removed: RemovedJob[] = [];
  readonly #failed: FailedRemoval[] = [];
  readonly #strange: string[] = [];

  constructor(
    state: string,
    repo: RepoId,
    {db, writes, now}: {readonly db: Connection; readonly writes: JobWrites; readonly now: number},
  ) {
    this.#jobs = insideState(state, jobsPath(repo));
    this.#rowsOf = removableJobs(db);
    this.#writes = writes;
    this.#repo = repo;
    this.#now = now;
    this.#isUntold = untoldEnds(state);
  }

  /** Removes what may be removed. Throws only when the rows cannot be written. */
  remove(groups: readonly JobsToRemove[]): RemovalReport {
    return this.#carryOut(groups.flatMap(group => this.#moveAway(group)));
  }

  /** Removes the rest of what was half removed before. */
  finish(halfDone: readonly HalfDone[]): RemovalReport {
    return this.#carryOut(halfDone.map(each => ({...each, jobs: []})));
  }

  #carryOut(leaving: readonly Leaving[]): RemovalReport {
    const removeRows = () =>
      this.#writes.together(() => {
        this.#writes.removeInvocations(
          leaving.flatMap(each => (each.job === undefined ? each.invocation : [])),
          this.#now,
        );
        for (const {invocation, job} of leaving)
          if (job !== undefined) this.#writes.removeJob(invocation, job.name, job.attempt, this.#now);
      });
    try {
      if (leaving.length > 0) removeRows();
    } catch (error) {
      if (!isDiskFull(codeOf(error))) throw error;
      for (const each of leaving) this.#makeRoom(each);
      removeRows();
    }
    for (const each of leaving) {
      this.#removed.push(...each.jobs);
      this.#attempt(each.directory, () => this.#removeTree(each));
    }
    return {removed: this.#removed, failed: this.#failed, strange: this.#strange};
  }

  /** The first step. What cannot be moved is told, and stays. */
  #moveAway({invocation, jobs}: JobsToRemove): Leaving[] {
    const directory = join(this.#jobs, invocation);
    const rows = this.#rowsOf(invocation);
    const going = jobs.flatMap(job => this.#going(rows, {...job, invocation}, directory));
    const isAll = going.length > 0 && going.length === rows.length;
    const others = isAll ? this.#othersIn(directory, going) : undefined;
    const isWhole = others?.length === 0 && going.every(({contents}) => contents.strange.length === 0);
    if (!isWhole) {
      this.#strange.push(...(others ?? []));
      return going.flatMap(job => this.#moveJob(job));
    }
    const to = join(this.#jobs, removalName(invocation));
    if (!this.#attempt(directory, () => moveIfThere(directory, to))) return [];
    return [
      {
        directory: to,
        jobs: going.map(({job}) => job),
        holds: going.map(({path, contents}) => ({name: basename(path), own: contents.own})),
        invocation,
      },
    ];
  }

  /** None for a job that was removed or pinned meanwhile, is not over, or cannot be looked into. */
  #going(rows: readonly RemovableRow[], {invocation, name, attempt}: RemovedJob, above: string): Going[] {
    const row = rows.find(each => each.name === name && each.attempt === attempt);
    if (row === undefined || row.closed_at === null || row.pinned_at !== null) return [];
    const path = join(above, jobDirectoryName(name, attempt));
    const contents = this.#attempt(path, () => contentsOf(path) ?? NOTHING);
    if (contents === undefined || contents.own.includes(JOB_FILES.pinned)) return [];
    // Its row may be that of an older copy of the database: whoever holds the FIFO runs.
    if (contents.own.includes(JOB_FILES.alive) && fifoHasWriter(join(path, JOB_FILES.alive))) return [];
    if (this.#isUntold({repo: this.#repo, invocation: invocation as InvocationId, name, attempt})) {
      this.#failed.push({path, reason: 'somebody is yet to be told of its end'});
      return [];
    }
    return [{job: {invocation, name, attempt}, number: row.number, path, contents}];
  }

  /** What else lies in the directory of an invocation: nobody's job. */
  #othersIn(directory: string, jobs: readonly Going[]): string[] {
    const known = new Set(jobs.map(({path}) => basename(path)));
    const names = this.#attempt(directory, () => namesIn(directory)) ?? [];
    return names.filter(name => !known.has(name)).map(name => join(directory, name));
  }

  #moveJob({job, number, path, contents}: Going): Leaving[] {
    const to = join(this.#jobs, removalName(job.invocation, number));
    const isMixed = contents.strange.length > 0;
    if (!this.#attempt(path, () => (isMixed ? moveFiles(path, contents, to) : moveIfThere(path, to))))
      return [];
    this.#strange.push(...contents.strange.map(each => join(path, each)));
    return [
      {
        directory: to,
        jobs: [job],
        holds: [{name: '', own: contents.own}],
        invocation: job.invocation,
        job,
      },
    ];
  }

  /** The third step. */
  #removeTree(leaving: Leaving): void {
    const {directory} = leaving;
    if (parseRemovalName(basename(directory)) === undefined) {
      removeIfEmpty(directory);
      return;
    }
    this.#empty(leaving);
    rmdirIfThere(directory);
    if (leaving.job !== undefined) removeIfEmpty(join(this.#jobs, leaving.invocation));
  }

  /** Removes stint's files from a directory that is on its way out, and the directories of its jobs where it is an invocation's. */
  #empty(leaving: Leaving): void {
    const {directory, holds} = leaving;
    if (parseRemovalName(basename(directory)) === undefined) return;
    for (const {name, own} of holds ?? this.#heldIn(leaving)) {
      removeFiles(join(directory, name), own);
      if (name !== '') rmdirIfThere(join(directory, name));
    }
  }

  #heldIn({directory, job}: Leaving): NonNullable<Leaving['holds']> {
    const names = job === undefined ? namesIn(directory) : [''];
    return names.map(name => ({name, own: contentsOf(join(directory, name))?.own ?? []}));
  }

  #makeRoom(leaving: Leaving): void {
    try {
      this.#empty(leaving);
    } catch {
      // the third step says so
    }
  }

  /** Undefined where it failed, which is told. */
  #attempt<T>(path: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#failed.push({path, reason: error instanceof StintError ? messageOf(error) : fileReason(error)});
      return undefined;
    }
  }
}

/** A directory that is gone already is as good as moved. */
function moveIfThere(from: string, to: string): true {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return true;
}

/** Out of a directory that holds something else as well. */
function moveFiles(from: string, {own}: JobContents, to: string): true {
  try {
    mkdirSync(to, {mode: PRIVATE_DIRECTORY});
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error; // half of it was moved before
  }
  for (const name of own) moveIfThere(join(from, name), join(to, name));
  return true;
}

function removeFiles(directory: string, names: readonly string[]): void {
  for (const name of names) {
    try {
      if (name === JOB_FILES.readers) rmSync(join(directory, name), {recursive: true});
      else unlinkSync(join(directory, name));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

function rmdirIfThere(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
