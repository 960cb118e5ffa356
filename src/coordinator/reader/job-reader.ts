/**
 * What jobs there are, told without a coordinator: from the rows, and for what is not closed from the job's directory,
 * by the same decision that a coordinator makes when it takes jobs over. So a row that says `running` is not believed
 * when its job is gone, and an exit code that nobody recorded yet is told.
 */
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
  type Amount,
  type Connection,
  countJobs,
  explainStoreError,
  findCandidates,
  isSound,
  JOBS_SCHEMA,
  keptSince,
  type ListedRow,
  listAll,
  listNames,
  listPastRuns,
  listRecent,
  listRuns,
  type NamingRow,
  type NewestInvocations,
  namesBeginning,
  namesOfInvocations,
  namesOfNewest,
  newestInvocations,
  openForReading,
  type PastRunRow,
  REPO_PLACE,
  type RowFilter,
  readPolicy,
  rowsOfInvocations,
  unfinishedRows,
  type Wanted,
} from '../../store/index.ts';
import {
  databasePath,
  findingsIn,
  foldJournal,
  JOB_FILES,
  jobPath,
  journalBytes,
  readLastPass,
  stateOfRow,
} from '../adapters/index.ts';
import {
  aliveUntil,
  type Elsewhere,
  endBetween,
  endingEvent,
  furtherState,
  isEnded,
  isOfEarlierBoot,
  type JobSpec,
  type JobState,
  type LostBy,
  latestEnd,
  nextAttempt,
  nextState,
  type Reconciled,
  type RunningState,
  reconcile,
  withStart,
} from '../domain/index.ts';
import type {JobFindings, RecordedPass} from '../ports/index.ts';

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
  /** Of one that was found without its wrapper and may go on: when it did for certain, Unix milliseconds. */
  readonly aliveAt?: number | undefined;
  /** Why its directory could not be looked at, so that what became of it is not known. */
  readonly unreadable?: unknown;
  /** So much silence is called a stall, as it was asked for; undefined where nothing tells, and of one that is closed. */
  readonly stallAfterMs?: number | undefined;
  /** What was asked for, of one that is not closed and whose directory tells it. */
  readonly spec?: JobSpec | undefined;
  /** It has ended unseen, and whoever records that makes another attempt first. */
  readonly isTriedAgain?: boolean | undefined;
  /** Bytes in its journal now. */
  readonly sizeBytes: number;
  readonly directory: string;
  /** The path of its journal's first segment. */
  readonly journal: string;
}

const MOST_NAMINGS = 500;

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

  /** The rows of what is not closed, newest invocation first: what became of them tells `look`. */
  unfinished(): ListedRow[] {
    return this.#told(() => unfinishedRows(this.#db));
  }

  /** The newest invocations that have closed jobs which are wanted; see `newestInvocations`. */
  newest(filter: RowFilter, wanted: Wanted, amount: Amount): NewestInvocations {
    return this.#told(() => newestInvocations(this.#db, filter, wanted, amount));
  }

  /** The rows of all jobs of these invocations, newest invocation first. */
  of(invocations: readonly string[]): ListedRow[] {
    return this.#told(() => rowsOfInvocations(this.#db, invocations));
  }

  /** How many jobs there are. */
  count(): number {
    return this.#told(() => countJobs(this.#db));
  }

  /** Jobs that an address could mean, newest invocation first, as rows only. */
  candidates(invocationPrefix: string, name: string): ListedRow[] {
    return this.#told(() => findCandidates(this.#db, invocationPrefix, name));
  }

  /** The newest `limit` runs of the jobs with that name, newest first. */
  runs(name: string, limit: number): ListedJob[] {
    return this.#told(() => listRuns(this.#db, name, limit)).map(row => this.look(row));
  }

  /** The newest `limit` of the runs of that name whose jobs were removed, newest first. */
  pastRuns(name: string, limit: number): PastRunRow[] {
    return this.#told(() => listPastRuns(this.#db, name, limit));
  }

  /** What the last pass that removed jobs did; and since when jobs of an earlier version are kept, if there are any. */
  pruning(): {readonly lastPass: RecordedPass | undefined; readonly keptSince: number | undefined} {
    return this.#told(() => ({lastPass: readLastPass(this.#db), keptSince: keptSince(this.#db)}));
  }

  /** The names of all jobs that were ever run, in no order. */
  names(): string[] {
    return this.#told(() => listNames(this.#db));
  }

  /**
   * By what jobs can be named, newest first, at a bounded cost: the newest ones, and of older ones those whose invocation's id
   * or whose name begins so.
   */
  namings(beginning: string): NamingRow[] {
    return this.#told(() => {
      const newest = namesOfNewest(this.#db, MOST_NAMINGS);
      if (newest.length < MOST_NAMINGS || beginning === '') return newest;
      const isId = /^[0-9a-f]{2,12}$/.test(beginning);
      return [
        ...newest,
        ...(isId ? namesOfInvocations(this.#db, beginning, MOST_NAMINGS) : []),
        ...namesBeginning(this.#db, beginning, MOST_NAMINGS),
      ];
    });
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
  ): Pick<ListedJob, keyof Present | 'sizeBytes' | 'unreadable'> {
    const asInRow = {state: stateOfRow(row), elsewhere: undefined};
    try {
      return {
        ...(row.closed_at === null
          ? this.#present(row, directory)
          : {...asInRow, state: closedState(row, journal)}),
        sizeBytes: row.size_bytes ?? journalBytes(journal),
      };
    } catch (error) {
      return {...asInRow, sizeBytes: row.size_bytes ?? 0, unreadable: error};
    }
  }

  #present(row: ListedRow, directory: string): Present {
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
    const state = this.#stateOf(row, found, decision);
    const aliveAt = this.#aliveAt(state, found, decision);
    const {spec} = found;
    const isTriedAgain = decision.action === 'finish' && isToBeTriedAgain(spec, state);
    return {state, elsewhere, aliveAt, stallAfterMs: spec?.stallAfterMs, spec, isTriedAgain};
  }

  #stateOf(row: ListedRow, found: JobFindings, decision: Reconciled): JobState {
    const known = withStart(furtherState(found.state, stateOfRow(row)), found);
    switch (decision.action) {
      case 'adopt':
      case 'leave':
        return known.status === 'queued' ? runningSince(found.began ?? {at: row.queued_at}, found) : known;
      case 'finish':
        return this.#finished(known, decision.exitCode, found);
      case 'crash':
        return this.#lost(known, decision.by, found);
      default:
        return known;
    }
  }

  #finished(known: JobState, code: number, found: JobFindings): JobState {
    const now = systemMoment(this.#clock);
    const before = withRecordedStart(known, found);
    const ended = found.ended ?? now;
    return nextState(before, {
      ts: now.at,
      data: endingEvent({how: 'exited', code, ended, cpu: found.cpu}, before, now),
    });
  }

  /** Whether its processes go on is seen by who looks at all of them. */
  #lost(known: JobState, by: LostBy, found: JobFindings): JobState {
    const now = systemMoment(this.#clock);
    const before = withRecordedStart(known, found);
    const aliveAt = aliveUntil(before, found.lastSign, now.at);
    const latest = latestEnd(by, aliveAt, bootTime(this.#clock)) ?? now.at;
    const end = canRunOn(by) ? 'unknown' : endBetween(aliveAt, Math.min(latest, now.at));
    return nextState(before, {ts: now.at, data: endingEvent({how: 'lost', by, end}, before, now)});
  }

  #aliveAt(state: JobState, {lastSign}: JobFindings, decision: Reconciled): number | undefined {
    if (decision.action === 'crash')
      return canRunOn(decision.by) ? aliveUntil(state, lastSign, this.#clock.now()) : undefined;
    return isEnded(state) && state.unseenEnd === 'still-runs' ? state.finishedAt : undefined;
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

type Present = Pick<ListedJob, 'state' | 'elsewhere' | 'aliveAt' | 'stallAfterMs' | 'spec' | 'isTriedAgain'>;

function isToBeTriedAgain(spec: JobSpec | undefined, state: JobState): boolean {
  return spec !== undefined && isEnded(state) && nextAttempt(spec, state, 0) !== undefined;
}

/** A row does not hold between which moments a job ended of which nobody knows that better, nor that nobody saw its end if its start was not recorded. */
function closedState(row: ListedRow, journal: string): JobState {
  const state = stateOfRow(row);
  const mayBeUnseen = isEnded(state) && (state.startedAt !== undefined || state.status === 'crashed');
  if (!mayBeUnseen || state.tookMs !== undefined) return state;
  const told = foldJournal(journal, 'whole')?.state;
  if (told === undefined || !isEnded(told)) return state;
  const {unseenEnd: _, ...known} = state;
  return {...known, ...(told.unseenEnd === undefined ? {} : {unseenEnd: told.unseenEnd})};
}

/** Also of one whose start nobody recorded. */
function withRecordedStart(known: JobState, found: JobFindings): JobState {
  const {began} = found;
  return known.status === 'queued' && began !== undefined ? runningSince(began, found) : known;
}

/** Whether its processes may be there, of one that is lost. */
function canRunOn(by: LostBy): boolean {
  return by === 'wrapper' || by === 'directory';
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
