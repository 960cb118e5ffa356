/**
 * Reads the small files that git keeps about a repository. As `utf8`, which Node reads in one step, and only those that
 * are there, because a first exception costs as much as ten files. Paths and texts are as `pathText`.
 */
import {existsSync, readFileSync} from 'node:fs';

import {codeOf, isPlainPath, pathBytes, pathText} from '../base/index.ts';

/** The text of a file; undefined when there is no file at that path. Throws when there is one that cannot be read. */
export function readIfThere(path: string): string | undefined {
  if (!isThere(path)) return undefined;
  try {
    return textOf(path);
  } catch (error) {
    if (NO_FILE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** The text of a file; undefined when it cannot be read for whatever reason. */
export function readIfReadable(path: string): string | undefined {
  if (!isThere(path)) return undefined;
  try {
    return textOf(path);
  } catch {
    return undefined; // the caller does without it
  }
}

/** Whether there is something at this path. */
export function isThere(path: string): boolean {
  return existsSync(pathBytes(path));
}

/** Names of directories and branches stand in these files, which need not be UTF-8. */
function textOf(path: string): string {
  const file = pathBytes(path);
  const text = readFileSync(file, 'utf8');
  return text.includes('\uFFFD') || !isPlainPath(text) ? pathText(readFileSync(file)) : text;
}

const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
