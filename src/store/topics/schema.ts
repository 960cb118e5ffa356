import type {Schema} from '../schema.ts';

/** "stev": topics and their entries, wherever somebody wants an event log. */
export const EVENTS_SCHEMA: Schema = {
  applicationId: 0x73746576,
  version: 1,
  directory: 'events',
  isInState: false,
  whoUpgrades: 'It is brought up to date by whoever appends to it next.',
  whenForeign: 'Name another file for the event log, or move this one away if it is to be there.',
  whenDamaged:
    'Move the database and its -wal and -shm files away together; the next append begins a new log.',
};
