/** Where an event log is: which backend, and its path. An option goes before the environment, that before config.yml. */
import {readdirSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, hasCode, isPlainPath, StintError} from '../base/index.ts';
import {
  absolutePath,
  diskFull,
  environment,
  environmentPath,
  fileReason,
  findStateDirectory,
  insideState,
  isDiskFull,
  makeDirectories,
  openStateDirectory,
  PRIVATE_DIRECTORY,
  stateDirectoryPath,
} from '../platform/index.ts';
import {readConfiguration} from '../project/index.ts';
import {TOPICS} from './backends/file/topic-paths.ts';
import type {BackendName} from './event-log.ts';

/** What is told of a place; the rest is looked up. */
export interface PlaceOptions {
  /** Default: `$STINT_EVENT_LOG_BACKEND`, else `event_log_backend` of config.yml, else `sqlite`. */
  readonly backend?: BackendName | undefined;
  /** Of the backend `file`. Default: `$STINT_EVENT_LOG_DIR`, else `event_log_dir`, else `events` in the state directory. */
  readonly directory?: string | undefined;
  /** Of the backend `sqlite`. Default: `$STINT_EVENT_LOG_SQLITE_PATH`, else `event_log_sqlite_path`, else `events.db` in the state directory. */
  readonly path?: string | undefined;
}

export interface EventLogPlace {
  readonly backend: BackendName;
  /** Absolute path of the database or directory; null in memory. */
  readonly location: string | null;
  /** What it is called in the state directory, when nobody named a place. */
  readonly inState?: string;
}

/** What a log is called in the state directory when nobody named a place. */
export const IN_STATE = {sqlite: 'events.db', file: 'events'} as const;

/** Looks nothing up on the disk but config.yml. Rejects with `USAGE` for options and settings that cannot be. */
export async function locateEventLog(options: PlaceOptions = {}): Promise<EventLogPlace> {
  const {backend, directory, path} = await told(options);
  switch (backend) {
    case 'memory':
      return {backend, location: null};
    case 'file':
      return placed(backend, directory, IN_STATE.file);
    case 'sqlite':
      return placed(backend, path, IN_STATE.sqlite);
    default:
      throw new StintError('USAGE', `There is no event log of the kind ${JSON.stringify(backend)}.`, {
        hint: 'The backends are: memory, file, sqlite.',
      });
  }
}

/** The path of a log that is to be opened, the directories above it made. Throws a `StintError` where that cannot be. */
export function makePlace({backend, location, inState}: EventLogPlace): string {
  const path = location ?? '';
  return placeExplained(path, () => {
    if (inState !== undefined) return insideState(openStateDirectory(), inState);
    makeDirectories(dirname(path), PRIVATE_DIRECTORY);
    if (backend === 'sqlite') holdsLog(backend, path); // SQLite has no words for a directory in its place
    return path;
  });
}

/** The path of a log that is there; undefined where there is none yet, or one that is only just being made. Makes nothing. */
export function existingPlace({backend, location, inState}: EventLogPlace): string | undefined {
  if (location === null) return undefined;
  return placeExplained(location, () => {
    const state = inState === undefined ? undefined : findStateDirectory();
    if (inState !== undefined && state === undefined) return undefined;
    const path = inState === undefined || state === undefined ? location : insideState(state, inState);
    return holdsLog(backend, path) ? path : undefined;
  });
}

/** What goes wrong with the place itself, in words. */
export function placeExplained<T>(location: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof StintError) throw error;
    if (isDiskFull(codeOf(error)))
      throw diskFull(`No room for the event log ${location}: the disk is full.`, error);
    throw new StintError('STATE_DIR_UNUSABLE', `Cannot open the event log ${location}: ${reasonOf(error)}.`, {
      cause: error,
      hint: 'Mend that, or name another place for the event log.',
    });
  }
}

/** Here a link in the place itself is not followed either. */
function reasonOf(error: unknown): string {
  return hasCode(error, 'ELOOP') ? 'it is a symbolic link, or links go in a circle' : fileReason(error);
}

interface Told {
  readonly backend: string | undefined;
  readonly directory: string | undefined;
  readonly path: string | undefined;
}

async function told({backend, directory, path}: PlaceOptions): Promise<Told & {readonly backend: string}> {
  const env = environment();
  const known = {
    backend: backend ?? (env.STINT_EVENT_LOG_BACKEND || undefined),
    directory: directory ?? (environmentPath('STINT_EVENT_LOG_DIR') || undefined),
    path: path ?? (environmentPath('STINT_EVENT_LOG_SQLITE_PATH') || undefined),
  };
  if (isComplete(known)) return known;
  const configured = await readConfiguration();
  return {
    backend: known.backend ?? configured?.event_log_backend ?? 'sqlite',
    directory: known.directory ?? configured?.event_log_dir,
    path: known.path ?? configured?.event_log_sqlite_path,
  };
}

/** Nothing is left that the configuration could tell. */
function isComplete(known: Told): known is Told & {readonly backend: string} {
  if (known.backend === 'file') return known.directory !== undefined;
  if (known.backend === 'sqlite') return known.path !== undefined;
  return known.backend !== undefined;
}

function placed(backend: BackendName, named: string | undefined, inState: string): EventLogPlace {
  if (named === undefined) return {backend, location: join(stateDirectoryPath(), inState), inState};
  if (named.trim() === '') {
    throw new StintError('USAGE', `The place of the event log (backend ${backend}) is blank.`);
  }
  const location = absolutePath(named);
  if (isPlainPath(location)) return {backend, location};
  throw new StintError(
    'STATE_DIR_UNUSABLE',
    `Cannot open the event log ${location}: its path is not UTF-8.`,
    {
      hint: 'Name another place for the event log.',
    },
  );
}

function holdsLog(backend: BackendName, path: string): boolean {
  try {
    if (backend === 'file') return readdirSync(path).includes(TOPICS);
    const stats = statSync(path);
    if (stats.isDirectory()) throw Object.assign(new Error('it is a directory'), {code: 'EISDIR'});
    if (!stats.isFile()) throw new Error('it is no regular file');
    return stats.size > 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
