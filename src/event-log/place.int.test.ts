import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {openEventLog, openExistingEventLog} from './open.ts';
import {existingPlace, locateEventLog} from './place.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
  vi.stubEnv('XDG_CONFIG_HOME', directory.at('config'));
  vi.stubEnv('STINT_STATE_DIR', directory.at('state'));
  for (const name of ['BACKEND', 'DIR', 'SQLITE_PATH']) vi.stubEnv(`STINT_EVENT_LOG_${name}`, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
});

function configure(text: string): void {
  mkdirSync(directory.at('config', 'stint'), {recursive: true});
  writeFileSync(directory.at('config', 'stint', 'config.yml'), text);
}

describe('the place of an event log', () => {
  it('is in the state directory, in SQLite, where nobody says otherwise', async () => {
    const place = await locateEventLog();
    expect(place).toEqual({
      backend: 'sqlite',
      location: directory.at('state', 'events.db'),
      inState: 'events.db',
    });
    expect(await locateEventLog({backend: 'file'})).toMatchObject({
      location: directory.at('state', 'events'),
    });
    expect(await locateEventLog({backend: 'memory'})).toEqual({backend: 'memory', location: null});
  });

  it('is that of an option before the environment, and that before config.yml', async () => {
    configure('event_log_backend: file\nevent_log_dir: /c\nevent_log_sqlite_path: /c.db\n');
    expect(await locateEventLog()).toEqual({backend: 'file', location: '/c'});
    vi.stubEnv('STINT_EVENT_LOG_DIR', '/e');
    expect(await locateEventLog()).toEqual({backend: 'file', location: '/e'});
    vi.stubEnv('STINT_EVENT_LOG_BACKEND', 'sqlite');
    expect(await locateEventLog()).toEqual({backend: 'sqlite', location: '/c.db'});
    vi.stubEnv('STINT_EVENT_LOG_SQLITE_PATH', '/e.db');
    expect(await locateEventLog({path: '/o.db'})).toEqual({backend: 'sqlite', location: '/o.db'});
    expect(await locateEventLog({backend: 'file', directory: '/o'})).toEqual({
      backend: 'file',
      location: '/o',
    });
  });

  it('is refused where it is blank or of no kind that there is', async () => {
    vi.stubEnv('STINT_EVENT_LOG_BACKEND', 'redis');
    await expect(locateEventLog()).rejects.toMatchObject({code: 'USAGE'});
    await expect(locateEventLog({backend: 'sqlite', path: ' '})).rejects.toMatchObject({code: 'USAGE'});
  });
});

describe('a log that is to be there already', () => {
  it('is none where there is none, and nothing is made', async () => {
    for (const options of [
      {},
      {backend: 'file'},
      {backend: 'memory'},
      {path: directory.at('no', 'e.db')},
    ] as const)
      expect(await openExistingEventLog(options)).toBeUndefined();
    expect(existsSync(directory.at('state'))).toBe(false);
    expect(existsSync(directory.at('no'))).toBe(false);
    writeFileSync(directory.at('empty.db'), '', {mode: 0o600});
    expect(existingPlace({backend: 'sqlite', location: directory.at('empty.db')})).toBeUndefined();
    expect(statSync(directory.at('empty.db')).size).toBe(0);
  });

  it('is opened where there is one', async () => {
    const made = await openEventLog();
    await made.append('t', {kind: 'k', payload: 1});
    await made.close();
    const log = await openExistingEventLog();
    expect(await log?.latest('t')).toBe(1);
    await log?.close();
  });
});

it.each([
  ['a part of the path is a file', 'file/e.db', 'a part of its path is a file'],
  ['it is a directory', 'state-of-others', 'it is a directory'],
])('that cannot be used is told in words: %s', async (_, name, reason) => {
  writeFileSync(directory.at('file'), '');
  mkdirSync(directory.at('state-of-others'));
  const path = directory.at(name);
  await expect(openEventLog({path})).rejects.toMatchObject({
    code: 'STATE_DIR_UNUSABLE',
    message: `Cannot open the event log ${path}: ${reason}.`,
  });
});
