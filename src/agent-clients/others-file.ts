/**
 * A file of another program that stint changes for a person: read whole, and replaced whole, with the mode and the owner that
 * it had. A link is followed, so that what it leads to is changed and the link stays. Whoever is killed leaves the old file, and
 * perhaps one beside it that is on its way, which the next one begins anew.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

import {codeOf} from '../base/index.ts';
import {isOwn, onItsWayTo, PRIVATE_FILE, realPath, replaceFile, syncFile} from '../platform/index.ts';

export interface OthersFile {
  /** Where it lies, links resolved. */
  readonly path: string;
  /** Undefined where there is none yet. */
  readonly bytes: Buffer | undefined;
  readonly stats: BigIntStats | undefined;
}

/** Throws what reading it throws, and an `EFTYPE` where it is no regular file; never waits. */
export function readOthersFile(path: string): OthersFile {
  const real = whereItLies(path);
  try {
    const fd = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stats = fstatSync(fd, {bigint: true});
      if (!stats.isFile()) throw Object.assign(new Error('it is no regular file'), {code: 'EFTYPE'});
      return {path: real, bytes: readFileSync(fd), stats};
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return {path: real, bytes: undefined, stats: undefined};
  }
}

/**
 * Puts a new content in the place of what was read; its directory must be there. False, and nothing is changed, where
 * somebody else changed it meanwhile. `newMode` is that of a file that was not there. Throws what fails; the old file is
 * then still there.
 */
export function replaceOthersFile(file: OthersFile, content: string, newMode = PRIVATE_FILE): boolean {
  const {path, stats} = file;
  const beside = join(dirname(path), `.${basename(path)}.stint`);
  rmSync(onItsWayTo(beside), {force: true});
  let isReplaced = false;
  try {
    replaceFile(beside, content, {
      sync: fd => {
        if (stats !== undefined) giveOwner(fd, stats);
        else giveOwnerOfDirectory(fd, path);
        fchmodSync(fd, stats === undefined ? newMode : Number(stats.mode & 0o7777n));
      },
      rename: next => {
        syncFile(next);
        if (!isAsItWas(file)) return;
        renameSync(next, path);
        isReplaced = true;
      },
    });
  } finally {
    if (!isReplaced) rmSync(onItsWayTo(beside), {force: true});
  }
  return isReplaced;
}

/** Also of a link that leads to what is yet to be made. */
function whereItLies(path: string, links = 0): string {
  const isLink = lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink() === true;
  if (isLink && links < MOST_LINKS) return whereItLies(resolve(dirname(path), readlinkSync(path)), links + 1);
  try {
    return join(realPath(dirname(path)), basename(path));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return path; // its directory is not there either
  }
}

const MOST_LINKS = 40;

function isAsItWas({path, stats: before}: OthersFile): boolean {
  const now = lstatSync(path, {bigint: true, throwIfNoEntry: false});
  if (before === undefined || now === undefined) return before === now;
  return SAME.every(field => now[field] === before[field]);
}

const SAME = ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const;

/** Only where it differs: else nobody but root may. */
function giveOwner(
  fd: number,
  {uid, gid}: {readonly uid: number | bigint; readonly gid: number | bigint},
): void {
  const made = fstatSync(fd);
  if (made.uid !== Number(uid) || made.gid !== Number(gid)) fchownSync(fd, Number(uid), Number(gid));
}

/** What root makes in the home of a user is to be that user's. */
function giveOwnerOfDirectory(fd: number, path: string): void {
  const directory = statSync(dirname(path));
  if (!isOwn(directory)) giveOwner(fd, directory);
}
