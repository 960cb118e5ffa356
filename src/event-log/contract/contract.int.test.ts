/** The backends of stint and the contract of an event log. */
import {afterEach, beforeEach, describe, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import type {EventLog} from '../event-log.ts';
import {type EventLogOptions, openEventLog} from '../open.ts';
import {type Asked, type ContractOptions, eventLogContract} from './index.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('the memory backend', () => {
  cases({chains: true, open: asked => openEventLog({backend: 'memory', ...asked})});
});

describe('the SQLite backend', () => {
  cases(onDisk(() => ({backend: 'sqlite', path: directory.at('events.db')})));
});

describe('the SQLite backend that waits for the disk', () => {
  const place = (): EventLogOptions => ({
    backend: 'sqlite',
    path: directory.at('events.db'),
    durability: 'each',
  });
  const few = eventLogContract(onDisk(place)).filter(({name}) =>
    /^(gives ids|goes on|keeps the order)/.test(name),
  );
  for (const {name, run} of few) it(name, run);
});

describe('the file backend', () => {
  cases(onDisk(() => ({backend: 'file', directory: directory.at('events')})));
});

function cases(options: ContractOptions): void {
  for (const {name, run} of eventLogContract(options)) it(name, run);
}

/** Each case has the directory to itself, so every opener comes to the same place. */
function onDisk(place: () => EventLogOptions): ContractOptions {
  const open = (asked: Asked): Promise<EventLog> => openEventLog({...place(), ...asked});
  return {chains: true, open, reopen: (_, asked) => open(asked), second: (_, asked) => open(asked)};
}
