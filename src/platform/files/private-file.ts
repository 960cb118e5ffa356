/**
 * Files and directories that only their owner may read, and that owner is us. Everything under the state directory is
 * made and opened through here, so a file that someone opened up to others, or that another user left there, is noticed
 * at the next open and refused. Only reading what belongs to another is left to the system: it leaves nothing behind.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';

import {codeOf, hasCode, StintError, shellQuoted} from '../../base/index.ts';
import {isForbidden} from '../system-error.ts';
import {makeDirectories} from './make-directories.ts';
import {belongsToAnother, isOwn, refuseStrangers} from './owner.ts';

/** Mode of every directory that stint makes. */
export const PRIVATE_DIRECTORY = 0o700;
/** Mode of every file that stint makes. */
export const PRIVATE_FILE = 0o600;

/**
 * Opens a file like `fs.openSync` (created 0600), never through a symbolic link, and refuses it, before anything in it
 * changes, when group or others may use it or when it is to be written and belongs to another user. Never waits: a FIFO
 * or a device in its place is refused.
 */
export function openPrivate(path: string, flags: number): number {
  const isReading = (flags & (constants.O_WRONLY | constants.O_RDWR)) === 0;
  // Descriptors to write are handed on to jobs, so they must not be in non-blocking mode: look before.
  if (!isReading) refuseSpecial(path, lstatSync(path, {throwIfNoEntry: false}));
  const mode = constants.O_NOFOLLOW | (isReading ? constants.O_NONBLOCK : 0);
  const fd = openOrExplain(path, (flags & ~constants.O_TRUNC) | mode);
  try {
    const stats = fstatSync(fd);
    refuseSpecial(path, stats);
    if (stats.isDirectory()) throw isDirectory(path);
    if (!isReading) refuseStrangers(path, stats);
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
  makeDirectories(path, PRIVATE_DIRECTORY);
  checkPrivate(path);
}

/** Refuses a file or directory that belongs to another user, or that group or others may use. One that does not exist passes. */
export function checkPrivate(path: string): void {
  try {
    const stats = statSync(path);
    refuseStrangers(path, stats);
    refuseIfOpen(path, stats);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Where the system refuses a file of another user, that is said. */
function openOrExplain(path: string, flags: number): number {
  try {
    return openSync(path, flags, PRIVATE_FILE);
  } catch (error) {
    if (!isForbidden(codeOf(error))) throw error;
    const stats = statsOrNothing(path);
    throw stats === undefined || isOwn(stats) ? error : belongsToAnother(path, stats);
  }
}

function statsOrNothing(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined; // it is in a directory that may not be looked into
  }
}

/** The system says this when it is read, and then does not say of what. */
function isDirectory(path: string): Error {
  return Object.assign(new Error(`EISDIR: it is a directory, open '${path}'`), {code: 'EISDIR', path});
}

/** Opening a FIFO waits for whoever has its other end, which may be nobody; a directory says by itself what it is. */
function refuseSpecial(path: string, stats: Stats | undefined): void {
  if (stats === undefined || stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()) return;
  throw new StintError('NOT_A_STINT_FILE', `${path} is no regular file. Nothing was changed.`, {
    hint: 'Move it away.',
  });
}

function refuseIfOpen(path: string, stats: Stats): void {
  const mode = stats.mode & 0o777;
  if ((mode & 0o077) === 0) return;
  const wanted = stats.isDirectory() ? '700' : '600';
  throw new StintError(
    'PERMISSIONS_TOO_OPEN',
    `${path} can be read or written by others (mode ${mode.toString(8)}).`,
    {
      hint: `Run: chmod ${wanted} ${shellQuoted(path)}`,
      details: {path, mode: mode.toString(8)},
    },
  );
}
