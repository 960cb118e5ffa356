/**
 * The two files that the wrapper writes: its pid before the command starts, the exit code after it ended. Both are made
 * and filled beforehand, so that neither needs room on a full disk; what is written counts only with its closing dot.
 */
import {closeSync, constants, openSync, readFileSync, writeSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';
import {openPrivate} from '../../platform/index.ts';

/** Makes the file, filled, and returns a descriptor at its beginning for the wrapper to inherit. */
export function openPrefilled(path: string): number {
  const filler = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeSync(filler, BLANK);
  } finally {
    closeSync(filler);
  }
  return openPrivate(path, constants.O_WRONLY);
}

/** The number in the file, if the wrapper wrote it whole. */
export function readNumber(path: string): number | undefined {
  try {
    const fd = openSync(path, READ);
    try {
      const digits = /^(\d+) \.\n/.exec(readFileSync(fd, 'latin1'))?.[1];
      return digits === undefined ? undefined : Number(digits);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Not blocking, so that no FIFO in its place makes us wait. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const BLANK = `${' '.repeat(31)}\n`;
