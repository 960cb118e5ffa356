/**
 * Finding closed jobs by what their rows hold, newest first, so that it costs what is asked for and not what exists. Names
 * and statuses have indexes; all else is looked at row by row, from the newest on, until there are enough.
 */
import type {Connection} from '../driver/port.ts';
import type {ListedRow} from './rows.ts';

/** All that is given must fit, and of a list one of it. Times in Unix milliseconds. */
export interface RowFilter {
  readonly names?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly hook?: string | undefined;
  /** Ended or closed at or after it. */
  readonly since?: number | undefined;
  /** Submitted before it. */
  readonly until?: number | undefined;
  /** The path of the worktree, for which in a job of none the place of the repository counts. */
  readonly here?: string | undefined;
  readonly place?: string | undefined;
  /** The path of the worktree, the end of its path, or its branch. */
  readonly worktree?: string | undefined;
  /** Who started it: equal, or one leaves out what the other tells behind a slash. */
  readonly by?: string | undefined;
}

export interface NewestInvocations {
  readonly invocations: readonly {readonly id: string; readonly number: number}[];
  /** So many jobs of others were found besides; counting ends at `most`. */
  readonly more: number;
}

export interface Amount {
  /** Of invocations. */
  readonly limit: number;
  /** How many of those beyond it are counted. */
  readonly most: number;
}

/** Of these rows those that are wanted, in the same order. */
export type Wanted = (rows: readonly ListedRow[]) => readonly ListedRow[];

/**
 * The newest invocations that have closed jobs which are `wanted`. The filter only keeps out what is not, for what it does
 * not tell is seen by `wanted`.
 */
export function newestInvocations(
  db: Connection,
  filter: RowFilter,
  wanted: Wanted,
  {limit, most}: Amount,
): NewestInvocations {
  const found = new Map<string, number>();
  const beyond: string[] = [];
  for (const walk of walksOf(db, filter)) {
    const ofWalk = new Set<string>();
    let counted = 0;
    for (const row of wantedOf(walk, wanted)) {
      const id = row.invocation_id;
      if (ofWalk.has(id) || ofWalk.size < limit) {
        ofWalk.add(id);
        found.set(id, row.invocation_number);
      } else {
        if (counted >= most) break;
        counted += 1;
        beyond.push(id);
      }
    }
  }
  const newest = [...found].map(([id, number]) => ({id, number})).sort((a, b) => b.number - a.number);
  const shown = new Set(newest.slice(0, limit).map(({id}) => id));
  const dropped = newest.length - shown.size;
  const more = dropped + beyond.filter(id => !shown.has(id)).length;
  return {invocations: newest.slice(0, limit), more: Math.min(most, more)};
}

/** What each of two rows costs to be asked for alone is more than to read some that are not needed. */
function* wantedOf(walk: Iterable<ListedRow>, wanted: Wanted): Generator<ListedRow> {
  let batch: ListedRow[] = [];
  let size = FIRST_BATCH;
  for (const row of walk) {
    batch.push(row);
    if (batch.length < size) continue;
    yield* wanted(batch);
    batch = [];
    size = Math.min(2 * size, LARGEST_BATCH);
  }
  yield* wanted(batch);
}

const FIRST_BATCH = 16;
const LARGEST_BATCH = 1024;

/** Every job of these invocations, newest invocation first. */
export function rowsOfInvocations(db: Connection, ids: readonly string[]): ListedRow[] {
  return db
    .prepare<[string], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch,
              i.commit_id, i.dirty
         FROM json_each(?) wanted JOIN invocations i ON i.id = wanted.value JOIN jobs j ON j.invocation_id = i.id
        ORDER BY i.number DESC, i.rowid DESC, j.number, j.rowid`,
    )
    .all(JSON.stringify(ids));
}

/** Every job that is not closed, newest invocation first. */
export function unfinishedRows(db: Connection): ListedRow[] {
  return db
    .prepare<[], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch,
              i.commit_id, i.dirty
         FROM jobs j JOIN invocations i ON i.id = j.invocation_id
        WHERE j.closed_at IS NULL
        ORDER BY i.number DESC, i.rowid DESC, j.number, j.rowid`,
    )
    .all();
}

/** How many jobs there are. */
export function countJobs(db: Connection): number {
  return db.prepare<[], {count: number}>('SELECT count(*) AS count FROM jobs').get()?.count ?? 0;
}

/** Nearly every job has this status, so an index on it spares nothing. */
const USUAL_STATUS = 'completed';

/** Walks over rows, each from the newest on, which together see all that the filter lets through. */
function* walksOf(db: Connection, filter: RowFilter): Generator<Iterable<ListedRow>> {
  const {names, statuses} = filter;
  if (names !== undefined) for (const name of new Set(names)) yield walkName(db, name);
  else if (statuses !== undefined && !statuses.includes(USUAL_STATUS))
    for (const status of new Set(statuses)) yield walkStatus(db, status);
  else yield walkAll(db, filter);
}

function walkName(db: Connection, name: string): Iterable<ListedRow> {
  return db
    .prepare<[string], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch,
              i.commit_id, i.dirty
         FROM jobs j CROSS JOIN invocations i ON i.id = j.invocation_id
        WHERE j.name = ? AND j.closed_at IS NOT NULL
        ORDER BY j.number DESC`,
    )
    .iterate(name);
}

function walkStatus(db: Connection, status: string): Iterable<ListedRow> {
  return db
    .prepare<[string], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch,
              i.commit_id, i.dirty
         FROM jobs j CROSS JOIN invocations i ON i.id = j.invocation_id
        WHERE j.status = ? AND j.closed_at IS NOT NULL
        ORDER BY j.number DESC`,
    )
    .iterate(status);
}

function walkAll(db: Connection, filter: RowFilter): Iterable<ListedRow> {
  return db
    .prepare<[object], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch,
              i.commit_id, i.dirty
         FROM invocations i CROSS JOIN jobs j ON j.invocation_id = i.id
        WHERE j.closed_at IS NOT NULL
          AND (@hook     IS NULL OR i.hook_type = @hook)
          AND (@here     IS NULL OR coalesce(i.worktree, @place) = @here)
          AND (@worktree IS NULL OR i.branch = @worktree OR coalesce(i.worktree, @place) = @path
               OR substr(coalesce(i.worktree, @place), -length(@ending)) = @ending)
          AND (@by       IS NULL OR j.submitted_by = @by
               OR substr(j.submitted_by, 1, length(@by) + 1) = @by || '/'
               OR substr(@by, 1, length(j.submitted_by) + 1) = j.submitted_by || '/')
          AND (@until    IS NULL OR j.queued_at < @until)
          AND (@since    IS NULL OR j.closed_at >= @since OR j.finished_at >= @since)
          AND (@statuses IS NULL OR j.status IN (SELECT value FROM json_each(@statuses)))
          AND (@tags     IS NULL OR EXISTS (SELECT 1 FROM json_each(j.tags) tag
                                             WHERE tag.value IN (SELECT value FROM json_each(@tags))))
        ORDER BY i.number DESC, i.rowid DESC`,
    )
    .iterate(valuesOf(filter));
}

function valuesOf({statuses, tags, hook, since, until, here, place, worktree, by}: RowFilter): object {
  const path = worktree?.replace(/\/+$/, '');
  return {
    statuses: statuses === undefined ? null : JSON.stringify(statuses),
    tags: tags === undefined ? null : JSON.stringify(tags),
    hook: hook ?? null,
    since: since ?? null,
    until: until ?? null,
    here: here ?? null,
    place: place ?? null,
    worktree: worktree ?? null,
    by: by ?? null,
    path: path ?? null,
    ending: `/${path ?? ''}`,
  };
}
