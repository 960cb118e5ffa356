export {beginWal} from './begin-wal.ts';
export {type Connection, explainStoreError, openForReading, openForWriting} from './connection.ts';
export {isSound} from './is-sound.ts';
export {dumpTable, TABLE_NAMES, type TableName} from './jobs/dump.ts';
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
export {REPO_PLACE, readPolicy, writePolicy} from './jobs/repo-policy.ts';
export type {InvocationRow, JobRow, ListedRow} from './jobs/rows.ts';
export {acquireOsLock, isOsLockHeld, type OsLock} from './locks/os-lock.ts';
export {type OsMutex, openOsMutex} from './locks/os-mutex.ts';
export {EVENTS_SCHEMA, SCHEMA_VERSION} from './migrations.ts';
export {type NewEntryRow, type TopicRow, type TopicStore, topicStore} from './topics/topic-store.ts';
