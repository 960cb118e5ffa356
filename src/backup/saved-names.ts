/**
 * What of a state directory goes into a backup: everything but what belongs to the coordinator of this moment, what is on its
 * way, and what SQLite alone may read. So a file that a later version adds is saved without anybody's doing. Pure.
 */
import {parseInvocationId, parseRepoId} from '../base/index.ts';
import {JOB_FILES} from '../coordinator/adapters/index.ts';
import {isOnItsWay} from '../platform/index.ts';

/** Directories of our own work in a state directory. */
export const SAVING = 'backup.work';
export const STAGING = 'restore.unpacked';
/** A restore that is decided: whoever finds it brings it to its end. */
export const READY = 'restore.ready';
export const SAVE_LOCK = 'backup.lock';
export const RESTORE_LOCK = 'restore.lock';

/** The event log of the state directory, and that of the backend `file`. */
export const EVENTS_DATABASE = 'events.db';
export const JOBS_DATABASE = 'coordinator.db';

/** How a saved file is to be read; undefined for what is left out. */
export type Manner = 'file' | 'jobs-database' | 'events-database' | undefined;

/** `parts`: the components of its path in the state directory. */
export function mannerOf(parts: readonly string[]): Manner {
  const [top = '', repo = '', third = '', invocation = ''] = parts;
  const name = parts.at(-1) ?? '';
  if (isOnItsWay(name)) return undefined;
  if (top === 'repos')
    return parts.length < 3 || parseRepoId(repo) === undefined
      ? undefined
      : inRepo(parts, third, invocation, name);
  if (parts.length > 1) return LEFT_OUT.has(top) ? undefined : 'file';
  if (name === EVENTS_DATABASE) return 'events-database';
  return isOfCoordinator(name) || isSideFile(name, EVENTS_DATABASE) ? undefined : 'file';
}

function inRepo(parts: readonly string[], third: string, invocation: string, name: string): Manner {
  if (third === 'jobs') {
    if (parts.length < 5 || parseInvocationId(invocation) === undefined) return undefined; // on its way out
    return parts.length === 6 && OF_THE_START.has(name) ? undefined : 'file';
  }
  if (parts.length > 3) return 'file';
  if (name === JOBS_DATABASE) return 'jobs-database';
  return name === 'unfinished' || isSideFile(name, JOBS_DATABASE) ? undefined : 'file';
}

/** What a job needs for its start only: it is never started from a backup, and its environment holds secrets. */
const OF_THE_START: ReadonlySet<string> = new Set([
  JOB_FILES.environment,
  JOB_FILES.handover,
  JOB_FILES.alive,
]);

const LEFT_OUT: ReadonlySet<string> = new Set(['fifos', 'notify', SAVING, STAGING, READY]);

function isOfCoordinator(name: string): boolean {
  return /^coordinator\.(json|sock|new|addr|log(\.1)?)$|\.lock$/.test(name);
}

function isSideFile(name: string, database: string): boolean {
  return [`${database}-wal`, `${database}-shm`, `${database}-journal`].includes(name);
}

/** To which session a file of the directory `sessions` belongs: what is taken of one is taken together. */
export function sessionOf(name: string): string {
  return name.replace(/(?:-\d{6,15})?\.jsonl(?:\.(?:torn|idx|lock))?$/, '');
}
