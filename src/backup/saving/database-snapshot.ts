/** Copies of databases before they go into a backup. */
import type {RepoId} from '../../base/index.ts';
import {jobDirectoryName} from '../../coordinator/domain/index.ts';
import {
  dropRowsNotIn,
  EVENTS_SCHEMA,
  JOBS_SCHEMA,
  jobKeys,
  openAsItIs,
  topicNames,
} from '../../store/index.ts';

/** Takes from a copy the rows of jobs that are not in the live database any more: their files may be half gone. */
export function keepRowsOf(copy: string, live: string): void {
  const now = openAsItIs(live, JOBS_SCHEMA);
  if (now === undefined) return;
  try {
    dropRowsNotIn(copy, jobKeys(now));
  } finally {
    now.close();
  }
}

export interface SnapshotFacts {
  readonly jobs: ReadonlySet<string>;
  readonly unfinished: ReadonlySet<string>;
  readonly topics: string[];
}

/** What is in a copy: of a repository's database its jobs, of an event log the names of its topics. */
export function readSnapshot(copy: string, repo?: RepoId): SnapshotFacts {
  const db = openAsItIs(copy, repo === undefined ? EVENTS_SCHEMA : JOBS_SCHEMA);
  try {
    if (db === undefined) return {jobs: new Set(), unfinished: new Set(), topics: []};
    if (repo === undefined) return {jobs: new Set(), unfinished: new Set(), topics: topicNames(db)};
    const rows = jobKeys(db).map(row => ({
      job: `${repo}/${row.invocation_id}/${jobDirectoryName(row.name, row.attempt)}`,
      isClosed: row.closed_at !== null,
    }));
    const unfinished = rows.filter(({isClosed}) => !isClosed).map(({job}) => job);
    return {jobs: new Set(rows.map(({job}) => job)), unfinished: new Set(unfinished), topics: []};
  } finally {
    db?.close();
  }
}
