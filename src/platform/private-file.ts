/**
 * Files and directories that only their owner may read. Everything under the state directory is made and
 * opened through here, so a file that someone opened up to others is noticed at the next open and refused.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';

import {codeOf, hasCode, StintError} from '../base/index.ts';

/** Mode of every directory that stint makes. */
export const PRIVATE_DIRECTORY = 0o700;
/** Mode of every file that stint makes. */
export const PRIVATE_FILE = 0o600;

/**
 * Opens a file like `fs.openSync` (created 0600), never through a symbolic link, and refuses it, before anything in it
 * changes, when group or others may use it.
 */
export function openPrivate(path: string, flags: number): number {
  const fd = openSync(path, (flags & ~constants.O_TRUNC) | constants.O_NOFOLLOW, PRIVATE_FILE);
  try {
    const stats = fstatSync(fd);
    refuseIfOpen(path, stats);
    if (flags & constants.O_TRUNC && stats.size > 0) ftruncateSync(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The text of such a file; undefined when there is none. */
export function readPrivate(path: string): string | undefined {
  try {
    const fd = openPrivate(path, constants.O_RDONLY);
    try {
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Makes a directory 0700 with its parents; one that exists is checked. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, {recursive: true, mode: PRIVATE_DIRECTORY});
  checkPrivate(path);
}

/** Refuses a file or directory that group or others may use. One that does not exist passes. */
export function checkPrivate(path: string): void {
  try {
    refuseIfOpen(path, statSync(path));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function refuseIfOpen(path: string, stats: Stats): void {
  const mode = stats.mode & 0o777;
  if ((mode & 0o077) === 0) return;
  const wanted = stats.isDirectory() ? '700' : '600';
  throw new StintError(
    'PERMISSIONS_TOO_OPEN',
    `${path} can be read or written by others (mode ${mode.toString(8)}).`,
    {
      hint: `Run: chmod ${wanted} '${path}'`,
      details: {path, mode: mode.toString(8)},
    },
  );
}
