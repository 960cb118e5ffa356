/**
 * From a selection to the jobs that it means. What is not closed is always looked at, since its row may be out of date; of
 * what is closed the store is asked only for the newest that fit, so that it costs what is shown and not what exists.
 */
import {GOING_ON} from '../../coordinator/domain/index.ts';
import type {JobReader, ListedJob} from '../../coordinator/reader/index.ts';
import type {ListedRow, RowFilter, Wanted} from '../../store/index.ts';
import type {ReadingPlace} from '../place.ts';
import {
  isStateSelected,
  type Selection,
  type Standpoint,
  selectedClosedRows,
  selectedRows,
} from './selection.ts';

export interface SelectedJobs {
  /** Newest invocation first; within one in the order of submission. */
  readonly jobs: readonly ListedJob[];
  /** How many more jobs fit, which `last` kept out. */
  readonly more: Rest;
  /** Those that are not closed and fit in all that their rows tell, whatever became of them. */
  readonly unfinished: readonly ListedJob[];
}

export interface Rest {
  readonly count: number;
  /** There may be more than were counted. */
  readonly isLeast: boolean;
}

/**
 * The jobs of the repository of this place that are meant, newest first; none where nothing was ever run. Throws
 * `CWD_NOT_FOUND` where there is no current directory, and when the database cannot be used.
 */
export function selectJobs(place: ReadingPlace, selection: Selection): readonly ListedJob[] {
  return selectFrom(place, selection).jobs;
}

/** The same, with how many more there are. */
export function selectFrom({reader, here, lost}: ReadingPlace, selection: Selection): SelectedJobs {
  if (lost !== undefined) throw lost;
  if (reader === undefined) return {jobs: [], more: NO_REST, unfinished: []};
  return new Selecting(reader, selection, {here, place: reader.place}).selected();
}

const NO_REST: Rest = {count: 0, isLeast: false};

class Selecting {
  readonly #reader: JobReader;
  readonly #selection: Selection;
  readonly #from: Standpoint;
  readonly #looked = new Map<string, ListedJob>();

  constructor(reader: JobReader, selection: Selection, from: Standpoint) {
    this.#reader = reader;
    this.#selection = selection;
    this.#from = from;
  }

  selected(): SelectedJobs {
    const goesOn = this.#lookedAt(this.#reader.unfinished());
    const unfinished = [...this.#looked.values()];
    const filter = filterOf(this.#selection, this.#from);
    const found = filter === undefined ? {jobs: goesOn, more: NO_REST} : this.#withClosed(goesOn, filter);
    return {...found, unfinished};
  }

  /** What goes on is there besides the last invocations, with what else fits in its own. */
  #withClosed(goesOn: readonly ListedJob[], filter: RowFilter): Omit<SelectedJobs, 'unfinished'> {
    const {last = Number.POSITIVE_INFINITY} = this.#selection;
    const isAnyJob = !isNarrowed(this.#selection);
    const wanted: Wanted = rows => selectedClosedRows(rows, this.#selection, this.#from);
    const most = isAnyJob ? 0 : MOST_COUNTED;
    const found = this.#reader.newest(filter, wanted, {limit: last, most});
    const open = new Map(goesOn.map(({row}) => [row.invocation_id, row.invocation_number]));
    const numbers = new Map([...found.invocations.map(({id, number}) => [id, number] as const), ...open]);
    const newest = [...numbers].sort(([, a], [, b]) => b - a).map(([id]) => id);
    const ids = newest.filter((id, at) => at < last || open.has(id));
    const jobs = this.#lookedAt(this.#reader.of(ids));
    const count = isAnyJob ? this.#reader.count() - jobs.length : found.more + newest.length - ids.length;
    return {jobs, more: {count: Math.max(0, count), isLeast: found.more === MOST_COUNTED}};
  }

  /** Of these rows the jobs that are meant. */
  #lookedAt(rows: readonly ListedRow[]): ListedJob[] {
    return selectedRows(rows, this.#selection, this.#from).flatMap(row => {
      const key = keyOf(row);
      const job = this.#looked.get(key) ?? this.#reader.look(row);
      this.#looked.set(key, job);
      return isStateSelected(job, this.#selection) ? job : [];
    });
  }
}

/** So that counting costs no more than a moment, however many there are. */
const MOST_COUNTED = 200;

/** What the rows of closed jobs have to hold; undefined where none can be meant. */
function filterOf(selection: Selection, {here, place}: Standpoint): RowFilter | undefined {
  const {statuses, names, tags, hook, since, until, worktree, by} = selection;
  const ends = statuses?.filter(status => !GOING_ON.some(each => each === status));
  if (ends?.length === 0) return undefined;
  return {
    names,
    statuses: ends?.includes('unknown') ? undefined : ends,
    tags,
    hook,
    since,
    until,
    worktree,
    by,
    here: selection.here ? here : undefined,
    place,
  };
}

/** Whether anything is asked of a job. */
export function isNarrowed({last: _, ...conditions}: Selection): boolean {
  return Object.values(conditions).some(value => value !== undefined && value !== false);
}

function keyOf({invocation_id, name, attempt}: ListedRow): string {
  return JSON.stringify([invocation_id, name, attempt]);
}
