/**
 * The file that a backup becomes: written beside its place, brought to the disk, and only then given its name. Whoever is killed
 * leaves that file, which the next backup to the same place begins anew.
 */
import {closeSync, constants, linkSync, lstatSync, renameSync, rmSync} from 'node:fs';
import {dirname, relative} from 'node:path';

import {codeOf, pathBytes, StintError} from '../../base/index.ts';
import {
  diskFull,
  fileReason,
  isDiskFull,
  onItsWayTo,
  openPrivate,
  realPath,
  syncDirectory,
  syncFile,
  writeWhole,
} from '../../platform/index.ts';

export interface OutputFile {
  write(bytes: Buffer): void;
  /** Gives it its name. */
  finish(): void;
  /** Takes away what was written. */
  discard(): void;
}

/** `path` is absolute. Throws `USAGE` where something is there already, unless it is to be replaced. */
export function openOutput(path: string, state: string, mayReplace: boolean): OutputFile {
  refuseTarget(path, state, mayReplace);
  const next = onItsWayTo(path);
  const fd = explained(path, () => {
    const isThere = lstatSync(pathBytes(next), {throwIfNoEntry: false});
    if (isThere?.isFile()) rmSync(pathBytes(next)); // of one that was killed
    return openPrivate(next, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  });
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    write: bytes => explained(path, () => writeWhole(fd, bytes)),
    finish: () =>
      explained(path, () => {
        close();
        syncFile(next);
        giveName(next, path, mayReplace);
        syncDirectory(dirname(path));
      }),
    discard: () => {
      close();
      rmSync(pathBytes(next), {force: true});
    },
  };
}

function refuseTarget(path: string, state: string, mayReplace: boolean): void {
  const stats = lstatSync(pathBytes(path), {throwIfNoEntry: false});
  if (stats?.isDirectory())
    throw new StintError('USAGE', `${path} is a directory.`, {
      hint: 'Name the file that the backup is to become.',
    });
  if (stats !== undefined && !stats.isFile())
    throw new StintError('USAGE', `${path} is there already, and no regular file.`, {
      hint: 'Name another file.',
    });
  if (stats !== undefined && !mayReplace) throw isThere(path);
  const below = explained(path, () => relative(state, realPath(dirname(path))));
  if (below === '' || !below.startsWith('..'))
    throw new StintError('USAGE', `${path} lies in the state directory, which is what is saved.`, {
      hint: 'Name a file elsewhere, best on another disk.',
    });
}

function isThere(path: string): StintError {
  return new StintError('USAGE', `${path} is there already. Nothing was written.`, {
    hint: 'Name another file, or say --force to replace it.',
  });
}

/** Over nothing that came there meanwhile, unless that may be. */
function giveName(next: string, path: string, mayReplace: boolean): void {
  const [from, to] = [pathBytes(next), pathBytes(path)];
  if (!mayReplace) {
    try {
      linkSync(from, to);
      rmSync(from);
      return;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw isThere(path);
      // a file system without links
    }
  }
  renameSync(from, to);
}

function explained<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof StintError) throw error;
    if (isDiskFull(codeOf(error))) throw diskFull(`No backup was made: no room for ${path}.`, error);
    const reason = codeOf(error) === 'ENOENT' ? 'its directory is not there' : fileReason(error);
    throw new StintError('OUTPUT_FAILED', `No backup was made: ${path} cannot be written: ${reason}.`, {
      cause: error,
      hint: 'Name another file.',
    });
  }
}
