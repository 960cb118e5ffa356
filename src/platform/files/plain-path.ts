/** Paths that are not UTF-8 (`pathText`) where only plain text will do, and real paths whatever their bytes. */
import {closeSync, constants, openSync, realpathSync} from 'node:fs';

import {isPlainPath, pathBytes, pathText} from '../../base/index.ts';

/** The canonical path, as `pathText`. Throws what `realpath` throws. */
export function realPath(path: string): string {
  const bytes = pathBytes(path);
  const real = realpathSync.native(bytes);
  return isSureOf(real) ? real : pathText(realpathSync.native(bytes, {encoding: 'buffer'}));
}

/** False for what Node may have made of bytes that are not UTF-8, and for text that would stand for such bytes. */
export function isSureOf(path: string): boolean {
  return !path.includes('\uFFFD') && isPlainPath(path);
}

/** Of Linux, where alone such paths are met: opens what may be entered, also what may not be read. Node has no name for it. */
const O_PATH = 0x20_0000;

/**
 * Gives `use` a plain path to a directory, which leads there until `use` returns: a program may be started there, or be
 * given it. That of a directory whose path is not UTF-8 goes over a descriptor of ours. Throws what opening it throws.
 */
export function withPlainPath<T>(directory: string, use: (path: string) => T): T {
  if (isPlainPath(directory)) return use(directory);
  const fd = openSync(pathBytes(directory), O_PATH | constants.O_DIRECTORY);
  try {
    return use(`/proc/${process.pid}/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}
