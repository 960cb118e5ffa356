/** The event log that a command means: by its options, else by the environment, else by config.yml. */
import {StintError} from '../../base/index.ts';
import {
  type EventLog,
  type EventLogOptions,
  type EventLogPlace,
  locateEventLog,
  openEventLog,
  openExistingEventLog,
} from '../../event-log/index.ts';
import type {ValuesOf} from '../command.ts';
import type {PLACE_OPTIONS} from '../definitions/events.ts';

/** The values of the options that name an event log. */
export type PlaceOptions = ValuesOf<typeof PLACE_OPTIONS>;

type Opening = Pick<EventLogOptions, 'chain' | 'durability'>;

/** Where it is, whether or not it is there. Refuses a log in memory, which would end with the command. */
export async function logPlace(options: PlaceOptions): Promise<EventLogPlace> {
  const place = await locateEventLog(placeOptions(options));
  if (place.location === null) throw inMemory();
  return place;
}

/** Opens it, and makes it where there is none. */
export async function openLog(options: PlaceOptions, opening: Opening = {}): Promise<EventLog> {
  await logPlace(options);
  return await openEventLog({...placeOptions(options), ...opening});
}

/** Opens one that is there; undefined, and nothing is made, where there is none. */
export async function openExistingLog(options: PlaceOptions): Promise<EventLog | undefined> {
  await logPlace(options);
  return await openExistingEventLog(placeOptions(options));
}

/** Uses a log that is there, and lets go of it. */
export async function withExistingLog<T>(
  options: PlaceOptions,
  use: (log: EventLog | undefined) => Promise<T>,
): Promise<T> {
  const log = await openExistingLog(options);
  try {
    return await use(log);
  } finally {
    await log?.close();
  }
}

function placeOptions(options: PlaceOptions): EventLogOptions {
  const directory = pathOption(options, 'dir');
  const path = pathOption(options, 'db');
  const given = options.backend;
  if (given === 'memory') throw inMemory();
  if (given !== undefined && given !== 'file' && given !== 'sqlite')
    throw new StintError('USAGE', `--backend is '${given}', which is neither file nor sqlite.`);
  if (directory !== undefined && path !== undefined)
    throw new StintError('USAGE', 'Give either --dir (of files) or --db (of SQLite), not both.');
  if (directory !== undefined && given === 'sqlite')
    throw new StintError('USAGE', '--dir is the directory of the backend file. That of sqlite is --db.');
  if (path !== undefined && given === 'file')
    throw new StintError('USAGE', '--db is the database of the backend sqlite. That of file is --dir.');
  const implied = directory !== undefined ? 'file' : path !== undefined ? 'sqlite' : undefined;
  return {backend: given ?? implied, directory, path};
}

function pathOption(options: PlaceOptions, name: 'dir' | 'db'): string | undefined {
  const value = options[name];
  if (value?.trim() === '') throw new StintError('USAGE', `--${name} is blank.`);
  return value;
}

function inMemory(): StintError {
  return new StintError('USAGE', 'An event log in memory ends with its process: no command can use one.', {
    hint: 'Choose another with --backend file or --backend sqlite. The setting may come from $STINT_EVENT_LOG_BACKEND or from event_log_backend in config.yml.',
  });
}
