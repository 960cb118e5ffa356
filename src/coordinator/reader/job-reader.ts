/**
 * What jobs there are, told without a coordinator: from the rows, and for what is not closed from the job's directory,
 * by the same decision that a coordinator makes when it takes jobs over. So a row that says `running` is not believed
 * when its job is gone, and an exit code that nobody recorded yet is told.
 */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {
  type Clock,
  type JobKey,
  type Moment,
  parseInvocationId,
  type RepoId,
  whereIs,
} from '../../base/index.ts';
import {bootTime, insideState, processSpace, systemMoment} from '../../platform/index.ts';
import {
  type Connection,
  explainStoreError,
  findCandidates,
  isSound,
  JOBS_SCHEMA,
  type ListedRow,
  listAll,
  listNames,
  listRecent,
  listRuns,
  openForReading,
  REPO_PLACE,
  readPolicy,
} from '../../store/index.ts';
import {databasePath, findingsIn, JOB_FILES, jobPath, journalBytes, stateOfRow} from '../adapters/index.ts';
import {
  type Elsewhere,
  endingEvent,
  furtherState,
  isEnded,
  isOfEarlierBoot,
  type JobState,
  nextState,
  type Reconciled,
  type RunningState,
  reconcile,
  withStart,
} from '../domain/index.ts';
import type {JobFindings} from '../ports/index.ts';

/** A job as a reader sees it. */
export interface ListedJob {
  readonly repo: RepoId;
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly row: ListedRow;
  /** What is true now, whatever the row says; of one that is unreadable what the row says. */
  readonly state: JobState;
  /** Where it runs, when only a coordinator there can look after it. */
  readonly elsewhere: Elsewhere | undefined;
  /** Why its directory could not be looked at, so that what became of it is not known. */
  readonly unreadable?: unknown;
  /** So much silence is called a stall, as it was asked for; undefined where nothing tells, and of one that is closed. */
  readonly stallAfterMs?: number | undefined;
  /** Bytes in its journal now. */
  readonly sizeBytes: number;
  readonly directory: string;
  /** The path of its journal's first segment. */
  readonly journal: string;
}

export class JobReader {
  readonly #state: string;
  readonly #repo: RepoId;
  readonly #db: Connection;
  readonly #clock: Clock;

  /** Undefined when nothing was ever run in that repository. Throws when its database cannot be used. */
  static open(state: string, repo: RepoId, clock: Clock): JobReader | undefined {
    const db = openForReading(insideState(state, databasePath(repo)), JOBS_SCHEMA);
    return db === undefined ? undefined : new JobReader(state, repo, db, clock);
  }

  private constructor(state: string, repo: RepoId, db: Connection, clock: Clock) {
    this.#state = state;
    this.#repo = repo;
    this.#db = db;
    this.#clock = clock;
  }

  /** Where the repository was when jobs were last submitted. */
  get place(): string | undefined {
    return this.#told(() => readPolicy(this.#db, REPO_PLACE));
  }

  /** What is unfinished and the last invocations, newest first; `'all'` for everything. */
  list(invocations: number | 'all'): ListedJob[] {
    const rows = this.#told(() =>
      invocations === 'all' ? listAll(this.#db) : listRecent(this.#db, invocations),
    );
    return rows.map(row => this.look(row));
  }

  /** Jobs that an address could mean, newest invocation first, as rows only. */
  candidates(invocationPrefix: string, name: string): ListedRow[] {
    return this.#told(() => findCandidates(this.#db, invocationPrefix, name));
  }

  /** The newest `limit` runs of the jobs with that name, newest first. */
  runs(name: string, limit: number): ListedJob[] {
    return this.#told(() => listRuns(this.#db, name, limit)).map(row => this.look(row));
  }

  /** The names of all jobs that were ever run, in no order. */
  names(): string[] {
    return this.#told(() => listNames(this.#db));
  }

  /** A row with what is true of its job now. */
  look(row: ListedRow): ListedJob {
    const key = {repo: this.#repo, invocation: invocationIdOf(row), name: row.name, attempt: row.attempt};
    const directory = join(this.#state, jobPath(key));
    const journal = join(directory, JOB_FILES.journal);
    return {
      repo: this.#repo,
      invocation: row.invocation_id,
      name: row.name,
      attempt: row.attempt,
      worktree: row.worktree,
      branch: row.branch,
      row,
      ...this.#lookAt(row, directory, journal),
      directory,
      journal,
    };
  }

  /** Whether the whole database is free of damage. Reads all of it. */
  isSound(): boolean {
    return isSound(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  #told<T>(query: () => T): T {
    try {
      return query();
    } catch (error) {
      throw explainStoreError(this.#db.path, error, JOBS_SCHEMA);
    }
  }

  /** A job that cannot be looked at costs the others nothing. */
  #lookAt(
    row: ListedRow,
    directory: string,
    journal: string,
  ): Pick<ListedJob, 'state' | 'elsewhere' | 'sizeBytes' | 'stallAfterMs' | 'unreadable'> {
    const asInRow = {state: stateOfRow(row), elsewhere: undefined};
    try {
      return {
        ...(row.closed_at === null ? this.#present(row, directory) : asInRow),
        sizeBytes: row.size_bytes ?? journalBytes(journal),
      };
    } catch (error) {
      return {...asInRow, sizeBytes: row.size_bytes ?? 0, unreadable: error};
    }
  }

  #present(row: ListedRow, directory: string): Pick<ListedJob, 'state' | 'elsewhere' | 'stallAfterMs'> {
    const extent = row.status === 'cancelling' || row.stalled_at !== null ? 'whole' : undefined;
    let found = findingsIn(directory, extent);
    let decision = this.#decide(row, found);
    if (decision.action === 'crash') {
      // It may have been started between the look at the FIFO and the one at the journal.
      found = findingsIn(directory, extent);
      decision = this.#decide(row, found);
    }
    const {space} = found;
    const elsewhere =
      decision.action === 'leave' && space !== undefined
        ? {space, whereabouts: decision.whereabouts}
        : undefined;
    const state = this.#stateOf(row, directory, found, decision);
    return {state, elsewhere, stallAfterMs: found.spec?.stallAfterMs};
  }

  #stateOf(row: ListedRow, directory: string, found: JobFindings, decision: Reconciled): JobState {
    const known = withStart(furtherState(found.state, stateOfRow(row)), found);
    switch (decision.action) {
      case 'adopt':
      case 'leave':
        return known.status === 'queued' ? runningSince(found.began ?? {at: row.queued_at}, found) : known;
      case 'finish':
        return this.#finished(known, decision.exitCode, found);
      case 'crash':
        return this.#crashed(known, decision.message, changedAt(directory) ?? row.queued_at, found);
      default:
        return known;
    }
  }

  /** Also of one whose start nobody recorded. */
  #finished(known: JobState, code: number, found: JobFindings): JobState {
    const {began, ended = {at: this.#clock.now()}} = found;
    const before = known.status === 'queued' && began !== undefined ? runningSince(began, found) : known;
    return nextState(before, {ts: ended.at, data: endingEvent({how: 'exited', code, ended}, before, ended)});
  }

  /** `at` is a guess, which tells nothing over a boot. */
  #crashed(known: JobState, message: string, at: number, {space}: JobFindings): JobState {
    const isBefore = space !== undefined && whereIs(space, processSpace()) === 'before';
    const now = isBefore ? systemMoment(this.#clock) : {at};
    return nextState(known, {ts: at, data: endingEvent({how: 'crashed', message}, known, now)});
  }

  #decide(row: ListedRow, {spec, space, ...found}: JobFindings): Reconciled {
    return reconcile({
      ...found,
      whereabouts: space && whereIs(space, processSpace()),
      hasSpec: spec !== undefined,
      row: row.status === 'queued' ? 'queued' : 'started',
      rebooted: isOfEarlierBoot(spec?.invocation ?? {createdAt: row.queued_at}, {
        bootId: processSpace().boot_id,
        bootedAt: bootTime(this.#clock),
      }),
    });
  }
}

function runningSince({at, uptime}: Moment, {wrapperPid = 0, space}: JobFindings): RunningState {
  const where = space === undefined ? {} : {space};
  return {
    status: 'running',
    startedAt: at,
    pid: wrapperPid,
    ...where,
    ...(uptime === undefined ? {} : {uptime}),
  };
}

/** The key under which the coordinator knows it. */
export function keyOfListed({repo, row}: ListedJob): JobKey {
  return {repo, invocation: invocationIdOf(row), name: row.name, attempt: row.attempt};
}

/** Whether nothing is known of what became of it: it had not ended when its row was written, and cannot be looked at. */
export function isUnknown({state, unreadable}: ListedJob): boolean {
  return unreadable !== undefined && !isEnded(state);
}

/** Whether a coordinator that runs here still has something to do for this job. */
export function isUnfinished({row, elsewhere}: ListedJob): boolean {
  return row.closed_at === null && elsewhere === undefined;
}

function invocationIdOf(row: ListedRow) {
  const id = parseInvocationId(row.invocation_id);
  if (id === undefined) throw new Error(`an invocation has the impossible id ${row.invocation_id}`);
  return id;
}

function changedAt(path: string): number | undefined {
  const at = statSync(path, {throwIfNoEntry: false})?.mtimeMs;
  return at === undefined ? undefined : Math.round(at);
}
