/** Making directories with their parents. */
import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

import {codeOf, pathBytes} from '../../base/index.ts';

/**
 * Makes a directory and those above it that are missing, with `mode`; one that is there stays as it is. Not mkdir's own
 * recursion: in Node 20 that never returns where a directory cannot be made in one that exists (below /proc).
 */
export function makeDirectories(path: string, mode?: number): void {
  try {
    makeDirectory(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    makeDirectories(parent, mode);
    makeDirectory(path, mode);
  }
}

function makeDirectory(path: string, mode: number | undefined): void {
  try {
    mkdirSync(pathBytes(path), {mode});
  } catch (error) {
    // Somebody has made it; if it is no directory, whoever makes a file in it is told.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
