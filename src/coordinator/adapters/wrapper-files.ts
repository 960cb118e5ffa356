/**
 * The two files that the wrapper writes: its pid before the command starts, the exit code after it ended. Both are made
 * and filled beforehand, so that neither needs room on a full disk; what is written counts only with its closing dot.
 * Behind the room for the pid stands from the beginning where it names the wrapper, which so is known before that is born.
 */
import {closeSync, constants, openSync, readFileSync, writeSync} from 'node:fs';

import {codeOf, type ProcessSpace, parseProcessSpace, stringifyWellFormed} from '../../base/index.ts';
import {openPrivate} from '../../platform/index.ts';

/** Makes the file, filled, and returns a descriptor at its beginning for the wrapper to inherit. */
export function openPrefilled(path: string, space?: ProcessSpace): number {
  const filler = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeSync(filler, space === undefined ? BLANK : `${BLANK}${stringifyWellFormed(space)}\n`);
  } finally {
    closeSync(filler);
  }
  return openPrivate(path, constants.O_WRONLY);
}

/** The number in the file, if the wrapper wrote it whole. */
export function readNumber(path: string): number | undefined {
  const digits = /^(\d+) \.\n/.exec(textOf(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Where the pid in the file names a process; undefined where an earlier version did not say so. */
export function readSpace(path: string): ProcessSpace | undefined {
  try {
    return parseProcessSpace(JSON.parse(textOf(path).slice(BLANK.length) || 'null'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a power cut can leave anything there
    throw error;
  }
}

function textOf(path: string): string {
  try {
    const fd = openSync(path, READ);
    try {
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** Not blocking, so that no FIFO in its place makes us wait. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const BLANK = `${' '.repeat(31)}\n`;
