export {openAsItIs, openForReading, openForWriting} from './connection.ts';
export {copyDatabase} from './copy-database.ts';
export {sqliteDriver} from './driver/choice.ts';
export type {Connection, Statement} from './driver/port.ts';
export {isSound} from './is-sound.ts';
export {beginWal} from './jobs/begin-wal.ts';
export {dumpTable, TABLE_NAMES} from './jobs/dump.ts';
export {
  findCandidates,
  findInvocation,
  findJob,
  hasUnfinished,
  lastNumber,
  listAll,
  listNames,
  listRecent,
  listRuns,
  listUnfinished,
} from './jobs/job-queries.ts';
export {type JobWrites, jobWrites} from './jobs/job-writes.ts';
export {type NamingRow, namesBeginning, namesOfInvocations, namesOfNewest} from './jobs/naming-queries.ts';
export {
  listPastRuns,
  listRemoved,
  newestRemoved,
  type PastRunRow,
  type RemovedJobRow,
} from './jobs/past-runs.ts';
export {
  keptSince,
  listPrunable,
  type PrunableRow,
  type RemovableRow,
  removableJobs,
} from './jobs/prune-queries.ts';
export {REPO_PLACE, readPolicy, writePolicy} from './jobs/repo-policy.ts';
export {
  dropRowsNotIn,
  dropRowsOf,
  type JobKeyRow,
  jobKeys,
  keepAllFrom,
  takeRowsOf,
} from './jobs/restored-rows.ts';
export {
  type Amount,
  countJobs,
  type NewestInvocations,
  newestInvocations,
  type RowFilter,
  rowsOfInvocations,
  unfinishedRows,
  type Wanted,
} from './jobs/row-filter.ts';
export type {InvocationRow, JobRow, ListedRow} from './jobs/rows.ts';
export {JOBS_SCHEMA} from './jobs/schema.ts';
export {acquireOsLock, isOsLockHeld, type OsLock} from './locks/os-lock.ts';
export {type OsMutex, openOsMutex} from './locks/os-mutex.ts';
export {explainStoreError} from './store-errors.ts';
export {storeFault} from './store-fault.ts';
export {takeTopicsOf, topicNames} from './topics/restored-topics.ts';
export {EVENTS_SCHEMA} from './topics/schema.ts';
export {type NewEntryRow, type TopicRow, type TopicStore, topicStore} from './topics/topic-store.ts';
