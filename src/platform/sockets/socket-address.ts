/**
 * Where a state directory's socket is. A path over 104 bytes does not fit into a socket address: then the socket lies in
 * a short private directory, and the file `coordinator.addr` in the state directory names it.
 */
import {createHash} from 'node:crypto';
import {accessSync, closeSync, constants, lstatSync, mkdirSync, type Stats, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';

import {hasCode, StintError} from '../../base/index.ts';
import {isOwn, ownUid, refuseStrangers, userName} from '../files/owner.ts';
import {checkPrivate, openPrivate, PRIVATE_DIRECTORY, readPrivate} from '../files/private-file.ts';
import {fileReason} from '../system-error.ts';
import {besidePath} from './placed-socket.ts';

const LONGEST = 104;
const SOCKET = 'coordinator.sock';
const ADDRESS_FILE = 'coordinator.addr';

/** Where to connect. Throws when others may write what names the place. */
export function findSocket(state: string): string {
  const direct = join(state, SOCKET);
  return fits(direct) ? direct : (namedSocket(join(state, ADDRESS_FILE)) ?? direct);
}

/** Where to listen; makes the short place where one is needed. For the coordinator. */
export function makeSocketPlace(state: string): string {
  const direct = join(state, SOCKET);
  if (fits(direct)) return direct;
  const path = join(makeShortPlace(placeName(state)), 's');
  const fd = openPrivate(
    join(state, ADDRESS_FILE),
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  );
  writeSync(fd, `${path}\n`);
  closeSync(fd);
  return path;
}

/** Whose the socket is that is left over at a path, where that is somebody else. */
export function strangeSocketOwner(path: string): string | undefined {
  const stats = statsOf(path);
  return stats === undefined || isOwn(stats) ? undefined : userName(stats.uid);
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) < LONGEST;
}

/** What the file names, if that can be our socket: anything else may be torn, or have become another user's meanwhile. */
function namedSocket(file: string): string | undefined {
  const path = /^(\/.+)\n$/.exec(textOf(file) ?? '')?.[1];
  if (path === undefined || path.includes('\0') || !fits(path)) return undefined;
  const place = statsOf(dirname(path));
  return place === undefined || isOwnDirectory(place) ? path : undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readPrivate(file);
  } catch (error) {
    if (hasCode(error, 'EISDIR')) return undefined;
    throw error;
  }
}

function placeName(state: string): string {
  return `stint-${ownUid()}-${createHash('sha256').update(state).digest('hex').slice(0, 16)}`;
}

/** In `$TMPDIR`, or in /tmp where that cannot be used or what is there by this name is another user's. */
function makeShortPlace(name: string): string {
  const failed: string[] = [];
  for (const parent of shortDirectories()) {
    const directory = join(parent, name);
    const why = whyUnusable(parent, directory);
    if (why === undefined) {
      checkPrivate(directory);
      return directory;
    }
    failed.push(`${directory} (${why})`);
  }
  throw new StintError(
    'STATE_DIR_UNUSABLE',
    `The state directory's path is too long for a socket, and there is no other place for one: ${failed.join(', ')}.`,
    {hint: 'Set STINT_STATE_DIR to a shorter path, or TMPDIR to a short directory that you may write.'},
  );
}

/** The coordinator's current directory is none of its starter's, so a relative one names another place there. */
function shortDirectories(): string[] {
  const temporary = tmpdir();
  const isUsable = isAbsolute(temporary) && temporary !== '/tmp';
  return isUsable && fits(besidePath(join(temporary, placeName(''), 's'))) ? [temporary, '/tmp'] : ['/tmp'];
}

/** Makes the directory. Throws where it is ours and yet not fit. */
function whyUnusable(parent: string, directory: string): string | undefined {
  try {
    makeOne(directory);
    const stats = lstatSync(directory);
    refuseStrangers(directory, stats);
    if (!stats.isDirectory()) throw notADirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (hasCode(error, 'STATE_DIR_UNUSABLE')) throw error;
    if (hasCode(error, 'WRONG_OWNER')) return 'it belongs to another user';
    return hasCode(error, 'ENOENT') ? `${parent} does not exist` : fileReason(error);
  }
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory, {mode: PRIVATE_DIRECTORY});
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function notADirectory(path: string): StintError {
  return new StintError('STATE_DIR_UNUSABLE', `${path} is no directory, so no socket can be put there.`, {
    hint: 'Remove it, or set STINT_STATE_DIR to a shorter path.',
  });
}

function isOwnDirectory(stats: Stats): boolean {
  return stats.isDirectory() && isOwn(stats) && (stats.mode & 0o077) === 0;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined; // there is nothing, or nothing that we may see
  }
}
