/**
 * Where stint keeps everything. The directory is private (0700) and ours, its path is canonical, and what lies in it
 * must not lead out of it through a symbolic link.
 */
import {accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync} from 'node:fs';
import {basename, dirname, isAbsolute, join, relative, resolve} from 'node:path';

import {codeOf, isPlainPath, StintError} from '../../base/index.ts';
import {environmentPath} from '../environment.ts';
import {absolutePath} from '../files/current-directory.ts';
import {makeDirectories} from '../files/make-directories.ts';
import {belongsToAnother, ownUid, userName} from '../files/owner.ts';
import {realPath} from '../files/plain-path.ts';
import {checkPrivate, PRIVATE_DIRECTORY} from '../files/private-file.ts';
import {fileReason} from '../system-error.ts';

/** `$STINT_STATE_DIR`, else `$XDG_STATE_HOME/stint`, else `~/.local/state/stint`; not checked, not made. */
export function stateDirectoryPath(): string {
  return refuseNotUtf8(toldPath());
}

function toldPath(): string {
  const [own, base, home] = ['STINT_STATE_DIR', 'XDG_STATE_HOME', 'HOME'].map(environmentPath);
  if (own) return absolutePath(own);
  if (base && isAbsolute(base)) return join(base, 'stint');
  if (!home) {
    throw new StintError('STATE_DIR_UNUSABLE', 'No place for the state directory: HOME is not set.', {
      hint: 'Set STINT_STATE_DIR to a directory of yours.',
    });
  }
  return join(home, '.local', 'state', 'stint');
}

/** Neither SQLite nor a socket can be opened there by Node. */
function refuseNotUtf8(path: string): string {
  if (isPlainPath(path)) return path;
  throw new StintError(
    'STATE_DIR_UNUSABLE',
    `Cannot use the state directory ${path}: its path is not UTF-8.`,
    {
      hint: 'Set STINT_STATE_DIR to a directory whose path is.',
    },
  );
}

/** The canonical state directory, checked; undefined when there is none yet (nothing was ever run). For readers. */
export function findStateDirectory(path = stateDirectoryPath()): string | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isDirectory()) throw notADirectory(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(path, error);
  }
  checkPrivate(path);
  return refuseNotUtf8(realPath(path));
}

/**
 * The canonical state directory, made when missing, checked to be private, ours and writable. For writers. Without a
 * path that of the environment; below the home of another user root makes none.
 */
export function openStateDirectory(path?: string): string {
  const found = path === undefined ? openOwnDirectory() : (findStateDirectory(path) ?? make(path));
  try {
    accessSync(found, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(found, error);
  }
  return found;
}

function openOwnDirectory(): string {
  const path = stateDirectoryPath();
  const found = findStateDirectory(path);
  if (found !== undefined) return found;
  if (!environmentPath('STINT_STATE_DIR')) refuseHomeOfAnother(path);
  return make(path);
}

function make(path: string): string {
  try {
    makeDirectories(path, PRIVATE_DIRECTORY);
    return findStateDirectory(path) ?? refuse(path, 'it is a symbolic link that leads nowhere');
  } catch (error) {
    throw unusable(path, error);
  }
}

/** `sudo` often keeps HOME: what root makes there its owner could not use. */
function refuseHomeOfAnother(path: string): void {
  const owner = ownUid() === 0 ? statSync(nearestExisting(path)).uid : 0;
  if (owner === 0) return;
  const error = belongsToAnother(nearestExisting(path), statSync(nearestExisting(path)));
  throw new StintError(
    'WRONG_OWNER',
    `The state directory of root cannot be made below ${nearestExisting(path)}, which belongs to ${userName(owner)}.`,
    {hint: error.hint, details: error.details},
  );
}

function nearestExisting(path: string): string {
  let at = path;
  while (statSync(at, {throwIfNoEntry: false}) === undefined) at = dirname(at);
  return at;
}

/**
 * Joins path components below the state directory, whether that exists or is yet to be made, and refuses a result that a
 * symbolic link leads out of it.
 */
export function insideState(state: string, ...parts: string[]): string {
  const path = join(state, ...parts);
  const real = realPart(path);
  if (real === path) return path;
  const below = relative(state, real);
  if (below === '' || below.startsWith('..') || isAbsolute(below)) {
    throw new StintError(
      'STATE_DIR_UNUSABLE',
      `${path} is a link that leads out of the state directory, to ${real}.`,
      {
        hint: 'Replace the link by a real directory, or move the whole state directory and set STINT_STATE_DIR.',
      },
    );
  }
  return real;
}

/** The real path of the part that exists, and the rest as it is. */
function realPart(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const isLink = lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink();
    return isLink
      ? resolve(dirname(path), readlinkSync(path))
      : join(realPart(dirname(path)), basename(path));
  }
}

function notADirectory(path: string): StintError {
  return new StintError('STATE_DIR_UNUSABLE', `The state directory ${path} is a file, not a directory.`, {
    hint: 'Move that file away, or set STINT_STATE_DIR to another place.',
  });
}

function unusable(path: string, error: unknown): StintError {
  if (error instanceof StintError) return error;
  return new StintError(
    'STATE_DIR_UNUSABLE',
    `Cannot use the state directory ${path}: ${fileReason(error)}.`,
    {
      cause: error,
      hint: 'Mend that, or set STINT_STATE_DIR to a directory of yours that can be written.',
    },
  );
}

function refuse(path: string, reason: string): never {
  throw unusable(path, new Error(reason));
}
