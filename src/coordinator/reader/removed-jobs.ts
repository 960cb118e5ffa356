/** What a repository remembers of jobs that were removed. */
import type {RepoId} from '../../base/index.ts';
import {insideState} from '../../platform/index.ts';
import {
  explainStoreError,
  JOBS_SCHEMA,
  listRemoved,
  newestRemoved,
  openForReading,
  type RemovedJobRow,
} from '../../store/index.ts';
import {databasePath} from '../adapters/index.ts';

/** Of invocations whose id begins so, or the newest of a name. Throws where the database cannot be used. */
export type AskedRemoved = {readonly prefix: string} | {readonly name: string};

export function removedJobs(state: string, repo: RepoId, asked: AskedRemoved): readonly RemovedJobRow[] {
  const db = openForReading(insideState(state, databasePath(repo)), JOBS_SCHEMA);
  if (db === undefined) return [];
  try {
    return 'prefix' in asked ? listRemoved(db, asked.prefix) : [newestRemoved(db, asked.name) ?? []].flat();
  } catch (error) {
    throw explainStoreError(db.path, error, JOBS_SCHEMA);
  } finally {
    db.close();
  }
}
