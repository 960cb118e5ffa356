/** The numbered schema steps in migrations/NNNN-name.sql. A step is never edited once it is released. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {packageRoot} from '../platform/index.ts';

/** The schema version that this program writes: the number of the last step. Each step sets `user_version` itself. */
export const SCHEMA_VERSION = 2;

/** The SQL of every step after `version`, in order. */
export function stepsAfter(version: number): string[] {
  const directory = join(packageRoot(), 'src', 'store', 'migrations');
  return readdirSync(directory)
    .filter(name => name.endsWith('.sql') && isDue(Number(name.slice(0, 4)), version))
    .sort()
    .map(name => readFileSync(join(directory, name), 'utf8'));
}

/** A step that this program does not know belongs to a newer one that was put in its place while it ran. */
function isDue(step: number, version: number): boolean {
  return step > version && step <= SCHEMA_VERSION;
}
