/** What is in a database, and how it got so: numbered steps, NNNN-name.sql. A step is never edited once it is released. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {packageRoot} from '../platform/index.ts';

/** One kind of database, with the words for what can be the matter with it. Each area of the store has its own. */
export interface Schema {
  /** SQLite's application_id: four letters that tell whose database it is. */
  readonly applicationId: number;
  /** The number of the last step. Each step sets `user_version` itself. */
  readonly version: number;
  /**
   * Where the steps are, below `migrations`; not in the area's own folder, because a coordinator that still runs when its
   * package is replaced reads them where it knows them.
   */
  readonly directory: string;
  /**
   * Whether stint alone puts it in its place, in the state directory: what is no database there was one that is damaged,
   * and what cannot be used is the state directory's fault. Otherwise a person named the place.
   */
  readonly isInState: boolean;
  readonly whoUpgrades: string;
  /** What to do where another program's file is in its place. */
  readonly whenForeign: string;
  /** What to do about a damaged one. */
  readonly whenDamaged: string;
}

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
