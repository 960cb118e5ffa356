/** Opening an event log: which backend, and where. An option goes before the environment, that before config.yml. */
import {dirname, join} from 'node:path';

import {StintError} from '../base/index.ts';
import {
  environment,
  makeDirectories,
  PRIVATE_DIRECTORY,
  stateDirectoryPath,
  systemClock,
} from '../platform/index.ts';
import {readConfiguration} from '../project/index.ts';
import {FileStore} from './backends/file/file-store.ts';
import {MemoryStore} from './backends/memory.ts';
import {SqliteStore} from './backends/sqlite.ts';
import type {Durability} from './background-sync.ts';
import type {BackendName, EventLog} from './event-log.ts';
import type {LogStore} from './log-store.ts';
import {StoredLog} from './stored-log.ts';

export interface EventLogOptions {
  /** Default: `$STINT_EVENT_LOG_BACKEND`, else `event_log_backend` of config.yml, else `sqlite`. */
  readonly backend?: BackendName | undefined;
  /** Of the backend `file`. Default: `$STINT_EVENT_LOG_DIR`, else `event_log_dir`, else `events` in the state directory. */
  readonly directory?: string | undefined;
  /** Of the backend `sqlite`. Default: `$STINT_EVENT_LOG_SQLITE_PATH`, else `event_log_sqlite_path`, else `events.db` in the state directory. */
  readonly path?: string | undefined;
  /** Whether topics that are appended to are chained from now on. Default false. */
  readonly chain?: boolean | undefined;
  /** When entries reach the disk itself: `none` (default), `interval` (once a second) or `each`. */
  readonly durability?: Durability | undefined;
}

/**
 * Opens the event log, and makes it where there is none. Rejects with a `StintError`: `USAGE` for options and settings that
 * cannot be, and what the place itself is to blame for (`PERMISSIONS_TOO_OPEN`, `NOT_A_STINT_FILE`, `STORE_CORRUPT`, …).
 */
export async function openEventLog(options: EventLogOptions = {}): Promise<EventLog> {
  const {chain = false, durability = 'none'} = options;
  if (!['none', 'interval', 'each'].includes(durability)) {
    throw new StintError(
      'USAGE',
      `Cannot open an event log: durability is ${String(durability)}, not none, interval or each.`,
    );
  }
  const store = openStore(await placeOf(options), durability === 'each');
  return new StoredLog({store, chain, durability, now: systemClock.now, monotonic: () => performance.now()});
}

interface Told {
  readonly backend: string | undefined;
  readonly directory: string | undefined;
  readonly path: string | undefined;
}

interface Place extends Told {
  readonly backend: string;
}

async function placeOf({backend, directory, path}: EventLogOptions): Promise<Place> {
  const env = environment();
  const told = {
    backend: backend ?? (env.STINT_EVENT_LOG_BACKEND || undefined),
    directory: directory ?? (env.STINT_EVENT_LOG_DIR || undefined),
    path: path ?? (env.STINT_EVENT_LOG_SQLITE_PATH || undefined),
  };
  if (isComplete(told)) return told;
  const configured = await readConfiguration();
  return {
    backend: told.backend ?? configured?.event_log_backend ?? 'sqlite',
    directory: told.directory ?? configured?.event_log_dir,
    path: told.path ?? configured?.event_log_sqlite_path,
  };
}

/** Nothing is left that the configuration could tell. */
function isComplete(told: Told): told is Place {
  if (told.backend === 'file') return told.directory !== undefined;
  if (told.backend === 'sqlite') return told.path !== undefined;
  return told.backend !== undefined;
}

function openStore({backend, directory, path}: Place, isDurable: boolean): LogStore {
  if (backend === 'memory') return new MemoryStore();
  if (backend === 'file') {
    return new FileStore(directory ?? join(stateDirectoryPath(), 'events'), isDurable);
  }
  if (backend === 'sqlite') {
    const database = path ?? join(stateDirectoryPath(), 'events.db');
    makeDirectories(dirname(database), PRIVATE_DIRECTORY);
    return new SqliteStore(database, isDurable);
  }
  throw new StintError('USAGE', `There is no event log of the kind ${JSON.stringify(backend)}.`, {
    hint: 'The backends are: memory, file, sqlite.',
  });
}
