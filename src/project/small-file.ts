/**
 * Reads the small files that git keeps about a repository. As `utf8`, which Node reads in one step, and only those that
 * are there, because a first exception costs as much as ten files.
 */
import {existsSync, readFileSync} from 'node:fs';

import {codeOf} from '../base/index.ts';

/** The text of a file; undefined when there is no file at that path. Throws when there is one that cannot be read. */
export function readIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (NO_FILE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** The text of a file; undefined when it cannot be read for whatever reason. */
export function readIfReadable(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the caller does without it
  }
}

const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
