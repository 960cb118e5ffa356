/** Opening an event log: which backend, and where. */
import {dirname, join} from 'node:path';

import {StintError} from '../base/index.ts';
import {
  environment,
  makeDirectories,
  PRIVATE_DIRECTORY,
  stateDirectoryPath,
  systemClock,
} from '../platform/index.ts';
import {FileStore} from './backends/file/file-store.ts';
import {MemoryStore} from './backends/memory.ts';
import {SqliteStore} from './backends/sqlite.ts';
import type {Durability} from './background-sync.ts';
import type {BackendName, EventLog} from './event-log.ts';
import type {LogStore} from './log-store.ts';
import {StoredLog} from './stored-log.ts';

export interface EventLogOptions {
  /** Default: `$STINT_EVENT_LOG_BACKEND`, else `sqlite`. */
  readonly backend?: BackendName;
  /** Of the backend `file`. Default: `$STINT_EVENT_LOG_DIR`, else `events` in the state directory. */
  readonly directory?: string;
  /** Of the backend `sqlite`. Default: `$STINT_EVENT_LOG_SQLITE_PATH`, else `events.db` in the state directory. */
  readonly path?: string;
  /** Whether topics that are appended to are chained from now on. Default false. */
  readonly chain?: boolean;
  /** When entries reach the disk itself: `none` (default), `interval` (once a second) or `each`. */
  readonly durability?: Durability;
}

/**
 * Opens the event log, and makes it where there is none. Throws a `StintError`: `USAGE` for options that cannot be, and
 * what the place itself is to blame for (`PERMISSIONS_TOO_OPEN`, `NOT_A_STINT_FILE`, `STORE_CORRUPT`, `DISK_FULL`, …).
 */
export function openEventLog(options: EventLogOptions = {}): EventLog {
  const {chain = false, durability = 'none'} = options;
  if (!['none', 'interval', 'each'].includes(durability)) {
    throw new StintError(
      'USAGE',
      `Cannot open an event log: durability is ${String(durability)}, not none, interval or each.`,
    );
  }
  const store = openStore(options, durability === 'each');
  const monotonic = () => performance.now();
  return new StoredLog({store, chain, durability, now: systemClock.now, monotonic});
}

function openStore(options: EventLogOptions, isDurable: boolean): LogStore {
  const {STINT_EVENT_LOG_BACKEND, STINT_EVENT_LOG_DIR, STINT_EVENT_LOG_SQLITE_PATH} = environment();
  const backend = options.backend ?? (STINT_EVENT_LOG_BACKEND || 'sqlite');
  if (backend === 'memory') return new MemoryStore();
  if (backend === 'file') {
    const directory = options.directory ?? (STINT_EVENT_LOG_DIR || join(stateDirectoryPath(), 'events'));
    return new FileStore(directory, isDurable);
  }
  if (backend === 'sqlite') {
    const path = options.path ?? (STINT_EVENT_LOG_SQLITE_PATH || join(stateDirectoryPath(), 'events.db'));
    makeDirectories(dirname(path), PRIVATE_DIRECTORY);
    return new SqliteStore(path, isDurable);
  }
  throw new StintError('USAGE', `There is no event log of the kind ${JSON.stringify(backend)}.`, {
    hint: 'The backends are: memory, file, sqlite.',
  });
}
