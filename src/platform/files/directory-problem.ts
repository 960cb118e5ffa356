/** Why no program can be started in a directory: the system says only that the program does not exist, or is forbidden. */
import {accessSync, constants, statSync} from 'node:fs';
import {dirname} from 'node:path';

import {codeOf, messageOf, pathBytes} from '../../base/index.ts';
import {withPlainPath} from './plain-path.ts';

/** The rest of a sentence that begins with the directory; undefined when it can be entered. `missing` is said where there is none. */
export function directoryProblem(path: string, missing = 'is gone'): string | undefined {
  try {
    if (!statSync(pathBytes(path)).isDirectory()) return 'is not a directory';
    accessSync(pathBytes(path), constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    if (code !== 'EACCES') return `cannot be entered: ${messageOf(error)}`;
    const closed = ancestors(path).find(isClosed) ?? path;
    return closed === path ? 'is closed to this user' : `cannot be reached: ${closed} is closed to this user`;
  }
}

/** Throws where nothing could be started. `its` directory is that of a job. */
export function refuseDirectory(path: string, cause?: unknown): void {
  const problem = directoryProblem(path);
  if (problem === undefined) return;
  throw Object.assign(new Error(`its directory ${path} ${problem}`, {cause}), {code: codeOf(cause)});
}

/** What to say of a program that could not be started in a directory: it may have changed since somebody looked. */
export function spawnFailure(error: unknown, cwd: string): unknown {
  try {
    refuseDirectory(cwd, error);
    return error;
  } catch (explained) {
    return explained;
  }
}

/**
 * Gives `start` a plain path to a directory, to start a program there. Throws what that throws, or why nothing can be
 * started there.
 */
export function startIn<T>(directory: string, start: (path: string) => T): T {
  try {
    return withPlainPath(directory, start);
  } catch (error) {
    throw spawnFailure(error, directory);
  }
}

/** From the root down. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}

function isClosed(path: string): boolean {
  try {
    accessSync(pathBytes(path), constants.X_OK);
    return false;
  } catch (error) {
    return codeOf(error) === 'EACCES';
  }
}
