export {beginWal} from './begin-wal.ts';
export {type Connection, explainStoreError, openForReading, openForWriting} from './connection.ts';
export {dumpTable, TABLE_NAMES, type TableName} from './dump.ts';
export {isSound} from './is-sound.ts';
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
} from './job-queries.ts';
export {type JobWrites, jobWrites} from './job-writes.ts';
export {EVENTS_SCHEMA, SCHEMA_VERSION} from './migrations.ts';
export {acquireOsLock, isOsLockHeld, type OsLock} from './os-lock.ts';
export {type OsMutex, openOsMutex} from './os-mutex.ts';
export {REPO_PLACE, readPolicy, writePolicy} from './repo-policy.ts';
export type {InvocationRow, JobRow, ListedRow} from './rows.ts';
export {type NewEntryRow, type TopicRow, type TopicStore, topicStore} from './topic-store.ts';
