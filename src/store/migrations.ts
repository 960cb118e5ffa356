/** The numbered schema steps, NNNN-name.sql below migrations. A step is never edited once it is released. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {packageRoot} from '../platform/index.ts';

/** What is in a database, and how it got so. */
export interface Schema {
  /** SQLite's application_id: four letters that tell whose database it is. */
  readonly applicationId: number;
  /** The number of the last step. Each step sets `user_version` itself. */
  readonly version: number;
  /** Where the steps are, below `migrations`. */
  readonly directory: string;
  readonly whoUpgrades: string;
  /** What to do where another program's file is in its place. */
  readonly whenForeign: string;
  /** What to do about a damaged one. */
  readonly whenDamaged: string;
}

/** The schema version of the jobs' database that this program writes. */
export const SCHEMA_VERSION = 4;

/** "stin": jobs and invocations. */
export const COORDINATOR_SCHEMA: Schema = {
  applicationId: 0x7374696e,
  version: SCHEMA_VERSION,
  directory: '',
  whoUpgrades: 'It is brought up to date by the next job that runs in this repository.',
  whenForeign: 'Move it away, or set STINT_STATE_DIR to another directory.',
  whenDamaged:
    'Run: stint doctor --repair   (it sets the file aside and rebuilds the rows from the job directories)',
};

/** "stev": topics and their entries. */
export const EVENTS_SCHEMA: Schema = {
  applicationId: 0x73746576,
  version: 1,
  directory: 'events',
  whoUpgrades: 'It is brought up to date by whoever appends to it next.',
  whenForeign: 'Name another file for the event log, or move this one away if it is to be there.',
  whenDamaged:
    'Move the database and its -wal and -shm files away together; the next append begins a new log.',
};

/** The SQL of every step after `version`, in order. */
export function stepsAfter(schema: Schema, version: number): string[] {
  const directory = join(packageRoot(), 'src', 'store', 'migrations', schema.directory);
  return readdirSync(directory)
    .filter(name => name.endsWith('.sql') && isDue(Number(name.slice(0, 4)), version, schema))
    .sort()
    .map(name => readFileSync(join(directory, name), 'utf8'));
}

/** A step that this program does not know belongs to a newer one that was put in its place while it ran. */
function isDue(step: number, version: number, schema: Schema): boolean {
  return step > version && step <= schema.version;
}
