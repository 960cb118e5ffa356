/**
 * The rows of all jobs, one database per repository, written in groups: what comes in one turn of the event loop is one
 * transaction. A submission is answered after its commit; a later change of a row waits while the disk is full.
 */
import {closeSync, constants, existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {type JobKey, keyText, type RepoId, StintError} from '../../../base/index.ts';
import {insideState, makePrivateDirectory, openPrivate} from '../../../platform/index.ts';
import {
  beginWal,
  type Connection,
  explainStoreError,
  findInvocation,
  findJob,
  hasUnfinished,
  JOBS_SCHEMA,
  type JobWrites,
  jobWrites,
  lastNumber,
  listUnfinished,
  openForWriting,
  REPO_PLACE,
  readPolicy,
  writePolicy,
} from '../../../store/index.ts';
import {isEnded, type Job, type JobSummary, keyOf, queueOrder, type RepoPolicy} from '../../domain/index.ts';
import type {JobLedger, Timer} from '../../ports/index.ts';
import {databasePath, repoPath, unfinishedMarkPath} from '../directory/job-paths.ts';
import {reposOf} from '../directory/repos-of.ts';
import {highestNumberIn} from '../directory/specs-on-disk.ts';
import {explainUnwritable} from '../directory/unwritable.ts';
import {invocationRow, jobOfRow, jobRow} from './job-rows.ts';
import {writeRepoPolicy} from './kept-policy.ts';

export interface SqliteLedgerOptions {
  readonly state: string;
  readonly timer: Timer;
  /** Hears of every job whose row was stored. */
  readonly onChange: (job: Job) => void;
  /** Hears when rows cannot be written (once until it works again) and when it works again (undefined). */
  readonly onTrouble: (error: unknown) => void;
}

interface Repo {
  readonly id: RepoId;
  readonly db: Connection;
  readonly writes: JobWrites;
  readonly added: {
    readonly jobs: readonly Job[];
    readonly done: () => void;
    readonly fail: (error: unknown) => void;
  }[];
  readonly changed: Map<string, Job>;
  /** Jobs that are not closed. */
  readonly open: Set<string>;
  flushed: (() => void)[];
  scheduled: boolean;
  place?: string | undefined;
  /** The last number that was given out. */
  lastNumber?: number;
}

const RETRY_MS = 1000;
const MOST_CONNECTIONS = 32;

export class SqliteLedger implements JobLedger {
  readonly #options: SqliteLedgerOptions;
  readonly #repos = new Map<RepoId, Repo>();
  #inTrouble = false;
  #closed = false;

  constructor(options: SqliteLedgerOptions) {
    this.#options = options;
  }

  /**
   * Every job that is not closed, of all repositories that have one, in the order of submission. For the start. A
   * repository whose database cannot be used is left out; `onOpened` hears of each, with the error if there was one.
   */
  unfinished(onOpened: (repo: RepoId, error: unknown) => void): JobSummary[] {
    const jobs = this.#markedRepos().flatMap(id => {
      try {
        const found = this.#unfinishedOf(this.#repo(id));
        onOpened(id, undefined);
        return found;
      } catch (error) {
        onOpened(id, this.#explained(id, error));
        return [];
      }
    });
    return queueOrder(jobs);
  }

  #unfinishedOf(repo: Repo): JobSummary[] {
    const jobs = listUnfinished(repo.db).flatMap(row => {
      const invocation = findInvocation(repo.db, row.invocation_id);
      return invocation === undefined ? [] : [jobOfRow(repo.id, row, invocation)];
    });
    for (const {spec} of jobs) repo.open.add(keyText(keyOf(spec)));
    this.#unmarkIfDone(repo);
    return jobs;
  }

  /** Makes sure that the repository's database is there and up to date. */
  open(id: RepoId): void {
    this.#repo(id);
  }

  /** The database of a repository, for this turn of the event loop. What is put is in it once it is flushed. */
  database(id: RepoId): {readonly db: Connection; readonly writes: JobWrites} {
    try {
      return this.#repo(id);
    } catch (error) {
      throw this.#explained(id, error);
    }
  }

  /**
   * Makes sure that the repository's database is there and up to date, and that its id is used at this place only.
   * Throws `REPO_MOVED` when the id was used elsewhere: whoever submits finds out whether the repository moved (and
   * says so) or is a copy (which needs an id of its own). Throws `DISK_FULL` when there is no room for that. What is set of the
   * policy holds from now on.
   */
  register(id: RepoId, place: string, moved: boolean, policy: Partial<RepoPolicy> = {}): void {
    try {
      const repo = this.#repo(id);
      this.#registerAt(repo, place, moved);
      writeRepoPolicy(repo.db, policy);
    } catch (error) {
      throw this.#explained(id, error);
    }
  }

  #registerAt(repo: Repo, place: string, moved: boolean): void {
    repo.place ??= readPolicy(repo.db, REPO_PLACE);
    if (repo.place === place) return;
    if (repo.place !== undefined && !moved) {
      throw new StintError(
        'REPO_MOVED',
        `The repository ${repo.id} was at ${repo.place} before, not at ${place}.`,
        {
          details: {place: repo.place},
        },
      );
    }
    writePolicy(repo.db, REPO_PLACE, place);
    repo.place = place;
  }

  nextNumber(id: RepoId, count: number): number {
    try {
      const repo = this.#repo(id);
      const last = repo.lastNumber ?? this.#lastNumber(repo);
      repo.lastNumber = last + count;
      return last + 1;
    } catch (error) {
      throw this.#explained(id, error);
    }
  }

  /** A database that has no job may be a new one in the place of one that was lost. */
  #lastNumber({id, db}: Repo): number {
    return lastNumber(db) || highestNumberIn(join(this.#options.state, repoPath(id, 'jobs')));
  }

  add(jobs: readonly Job[]): Promise<void> {
    const [first] = jobs;
    if (first === undefined) return Promise.resolve();
    return new Promise((done, fail) => {
      const repo = this.#repo(first.spec.repo);
      repo.added.push({jobs, done, fail});
      this.#schedule(repo);
    });
  }

  put(job: Job): void {
    if (this.#closed) return;
    const repo = this.#repo(job.spec.repo);
    repo.changed.set(keyText(keyOf(job.spec)), job);
    this.#schedule(repo);
  }

  rank({repo, invocation, name, attempt}: JobKey, rank: number): void {
    this.database(repo).writes.rank(invocation, name, attempt, rank);
  }

  /** To ask about a repository in which nothing was run makes no database. */
  find(key: JobKey): JobSummary | undefined {
    if (!this.#repos.has(key.repo) && !existsSync(join(this.#options.state, databasePath(key.repo))))
      return undefined;
    const repo = this.#repo(key.repo);
    const waiting = repo.changed.get(keyText(key));
    if (waiting !== undefined) return waiting;
    try {
      const row = findJob(repo.db, key.invocation, key.name, key.attempt);
      const invocation = row && findInvocation(repo.db, row.invocation_id);
      return row && invocation && jobOfRow(key.repo, row, invocation);
    } catch (error) {
      throw this.#explained(key.repo, error);
    }
  }

  flush(): Promise<void> {
    const busy = [...this.#repos.values()].filter(repo => repo.scheduled);
    return Promise.all(busy.map(repo => new Promise<void>(resolve => repo.flushed.push(resolve)))).then(
      () => undefined,
    );
  }

  /** Writes what is waiting, as far as that is possible, and closes all databases. */
  close(): void {
    this.#closed = true;
    for (const repo of this.#repos.values()) {
      this.#commit(repo);
      repo.db.close();
    }
    this.#repos.clear();
  }

  #schedule(repo: Repo): void {
    if (repo.scheduled) return;
    repo.scheduled = true;
    setImmediate(() => this.#commit(repo));
  }

  /** One transaction for the additions, one for the changes: a change never keeps a submission from being answered. */
  #commit(repo: Repo): void {
    if (!repo.db.isOpen) return;
    repo.scheduled = false;
    this.#commitAdded(repo);
    if (this.#commitChanged(repo)) {
      for (const done of repo.flushed.splice(0)) done();
      this.#unmarkIfDone(repo);
      return;
    }
    repo.scheduled = true;
    this.#options.timer(RETRY_MS, () => this.#commit(repo));
  }

  #commitAdded(repo: Repo): void {
    const added = repo.added.splice(0);
    if (added.length === 0) return;
    try {
      this.#mark(repo);
      repo.writes.together(() => {
        for (const {jobs} of added) {
          for (const job of jobs) {
            repo.writes.addInvocation(invocationRow(job.spec));
            repo.writes.putJob(jobRow(job));
          }
        }
      });
      for (const {jobs, done} of added) {
        for (const job of jobs) {
          repo.open.add(keyText(keyOf(job.spec)));
          this.#options.onChange(job);
        }
        done();
      }
    } catch (error) {
      for (const {fail} of added) fail(this.#explained(repo.id, error));
    }
  }

  #commitChanged(repo: Repo): boolean {
    if (repo.changed.size === 0) return true;
    try {
      repo.writes.together(() => {
        for (const job of repo.changed.values()) repo.writes.putJob(jobRow(job));
      });
      for (const [key, {state}] of repo.changed) {
        if (isEnded(state) && state.closedAt !== undefined) repo.open.delete(key);
      }
      const changed = [...repo.changed.values()];
      repo.changed.clear();
      for (const job of changed) this.#options.onChange(job);
      this.#trouble(undefined);
      return true;
    } catch (error) {
      this.#trouble(error);
      return false;
    }
  }

  #explained(id: RepoId, error: unknown): unknown {
    return explainStoreError(
      join(this.#options.state, databasePath(id)),
      explainUnwritable(error),
      JOBS_SCHEMA,
    );
  }

  #trouble(error: unknown): void {
    if (error !== undefined && !this.#inTrouble) this.#options.onTrouble(error);
    if (error === undefined && this.#inTrouble) this.#options.onTrouble(undefined);
    this.#inTrouble = error !== undefined;
  }

  #repo(id: RepoId): Repo {
    const known = this.#repos.get(id);
    if (known !== undefined) return known;
    this.#closeIdle();
    makePrivateDirectory(insideState(this.#options.state, repoPath(id)));
    const db = openForWriting(insideState(this.#options.state, databasePath(id)), JOBS_SCHEMA);
    beginWal(db);
    const repo: Repo = {
      id,
      db,
      writes: jobWrites(db),
      added: [],
      changed: new Map(),
      open: new Set(),
      flushed: [],
      scheduled: false,
    };
    this.#repos.set(id, repo);
    return repo;
  }

  #closeIdle(): void {
    for (const [id, repo] of this.#repos) {
      if (this.#repos.size < MOST_CONNECTIONS) return;
      if (repo.scheduled || repo.open.size > 0 || repo.added.length > 0) continue;
      repo.db.close();
      this.#repos.delete(id);
    }
  }

  #markedRepos(): RepoId[] {
    const {state} = this.#options;
    insideState(state, 'repos');
    return reposOf(state).filter(id => existsSync(join(state, unfinishedMarkPath(id))));
  }

  #mark(repo: Repo): void {
    if (repo.open.size > 0) return;
    const path = join(this.#options.state, unfinishedMarkPath(repo.id));
    closeSync(openPrivate(path, constants.O_WRONLY | constants.O_CREAT));
  }

  #unmarkIfDone(repo: Repo): void {
    if (repo.open.size > 0 || repo.added.length > 0 || this.#mayHaveUnfinished(repo)) return;
    rmSync(join(this.#options.state, unfinishedMarkPath(repo.id)), {force: true});
  }

  #mayHaveUnfinished({db}: Repo): boolean {
    try {
      return hasUnfinished(db);
    } catch {
      return true; // it is damaged: whoever opens it next says so, and must not meet a coordinator that cannot leave
    }
  }
}
