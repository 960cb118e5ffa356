/**
 * The two files that the wrapper writes: its pid before the command starts, the exit code after it ended, and when that
 * was. Both are made and filled beforehand, so that neither needs room on a full disk; what is written counts only with its
 * closing dot. Behind the room for the pid stands from the beginning where it names the wrapper, which so is known before that is born.
 */
import {closeSync, constants, fstatSync, openSync, readFileSync, writeSync} from 'node:fs';

import {
  codeOf,
  type Moment,
  type ProcessSpace,
  parseProcessSpace,
  stringifyWellFormed,
  uptimeOf,
} from '../../../base/index.ts';
import {openPrivate} from '../../../platform/index.ts';

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
  return readWritten(path, undefined)?.number;
}

/** What the wrapper wrote. */
export interface Written {
  readonly number: number;
  /** When it did. */
  readonly moment: Moment;
}

/** The same with its time; `space` is where the wrapper runs. The uptime is known where this version started it, on Linux. */
export function readWritten(path: string, space: ProcessSpace | undefined): Written | undefined {
  const found = contentOf(path);
  const [, digits, seconds] = /^(\d+) \.\n(?:(\d+(?:\.\d+)?)\n)?/.exec(found?.text ?? '') ?? [];
  if (found === undefined || digits === undefined) return undefined;
  const uptime =
    seconds === undefined ? undefined : uptimeOf(Math.round(Number(seconds) * 1000), space?.boot_id);
  const at = Math.round(found.writtenAt);
  return {number: Number(digits), moment: {at, ...(uptime === undefined ? {} : {uptime})}};
}

/** Where the pid in the file names a process; undefined where an earlier version did not say so. */
export function readSpace(path: string): ProcessSpace | undefined {
  try {
    return parseProcessSpace(JSON.parse(contentOf(path)?.text.slice(BLANK.length) || 'null'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a power cut can leave anything there
    throw error;
  }
}

function contentOf(path: string): {readonly text: string; readonly writtenAt: number} | undefined {
  try {
    const fd = openSync(path, READ);
    try {
      return {text: readFileSync(fd, 'utf8'), writtenAt: fstatSync(fd).mtimeMs};
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
