/** Opening an event log, where `place.ts` finds that it is. */
import {StintError} from '../base/index.ts';
import {type Durability, insideState, systemClock} from '../platform/index.ts';
import {FileStore} from './backends/file/file-store.ts';
import {MemoryStore} from './backends/memory.ts';
import {SqliteStore} from './backends/sqlite.ts';
import type {BackendName, EventLog} from './event-log.ts';
import {
  type EventLogPlace,
  existingPlace,
  IN_STATE,
  locateEventLog,
  makePlace,
  type PlaceOptions,
  placeExplained,
} from './place.ts';
import type {LogStore} from './stored/log-store.ts';
import {StoredLog} from './stored/stored-log.ts';

export interface EventLogOptions extends PlaceOptions {
  /** Whether topics that are appended to are chained from now on. Default false. */
  readonly chain?: boolean | undefined;
  /** When entries reach the disk itself: `none` (default), `interval` (once a second) or `each`. */
  readonly durability?: Durability | undefined;
}

/**
 * Opens the event log, and makes it where there is none. Rejects with a `StintError`: `USAGE` for options and settings that
 * cannot be, and what the place itself is to blame for (`STATE_DIR_UNUSABLE`, `PERMISSIONS_TOO_OPEN`, `NOT_A_STINT_FILE`,
 * `STORE_CORRUPT`, …).
 */
export async function openEventLog(options: EventLogOptions = {}): Promise<EventLog> {
  checkDurability(options);
  const place = await locateEventLog(options);
  return opened(place, place.location === null ? '' : makePlace(place), options);
}

/** The same for a log that is there already; undefined, and nothing is made, where there is none. One in memory never is. */
export async function openExistingEventLog(options: EventLogOptions = {}): Promise<EventLog | undefined> {
  checkDurability(options);
  const place = await locateEventLog(options);
  const path = existingPlace(place);
  return path === undefined ? undefined : opened(place, path, options);
}

/** The log in a state directory, for who keeps it small; undefined, and nothing is made, where there is none. Throws likewise. */
export function openKeptLog(state: string, backend: keyof typeof IN_STATE): StoredLog | undefined {
  const place = {backend, location: insideState(state, IN_STATE[backend])};
  const path = existingPlace(place);
  return path === undefined ? undefined : opened(place, path, {});
}

function checkDurability({durability = 'none'}: EventLogOptions): void {
  if (['none', 'interval', 'each'].includes(durability)) return;
  throw new StintError(
    'USAGE',
    `Cannot open an event log: durability is ${String(durability)}, not none, interval or each.`,
  );
}

function opened({backend}: EventLogPlace, path: string, options: EventLogOptions): StoredLog {
  const {chain = false, durability = 'none'} = options;
  const store = placeExplained(path, () => openStore(backend, path, durability === 'each'));
  return new StoredLog({store, chain, durability, now: systemClock.now, monotonic: () => performance.now()});
}

function openStore(backend: BackendName, path: string, isDurable: boolean): LogStore {
  if (backend === 'memory') return new MemoryStore();
  return backend === 'file' ? new FileStore(path, isDurable) : new SqliteStore(path, isDurable);
}
