/**
 * The two files that the wrapper writes: its pid before the command starts, the exit code after it ended, when that was, and
 * the processor time that it took. Both are made and filled beforehand, so that neither needs room on a full disk; what is written counts only with its
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
import {coreCount, openPrivate} from '../../../platform/index.ts';
import type {WrittenCpuTime} from '../../domain/index.ts';

/** Makes the file for the pid, filled, and returns a descriptor at its beginning for the wrapper to inherit. */
export function openPidFile(path: string, space: ProcessSpace): number {
  return openPrefilled(path, `${BLANK}${stringifyWellFormed(space)}\n`);
}

/** The same for the exit code and what stands behind it. */
export function openExitFile(path: string): number {
  return openPrefilled(path, BLANK.repeat(EXIT_LINES));
}

function openPrefilled(path: string, content: string): number {
  const filler = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeSync(filler, content);
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
  /** What its children took, where the shell told of it: this version started it, and it was not killed before. */
  readonly cpu?: WrittenCpuTime;
}

/** The same with its time; `space` is where the wrapper runs. The uptime is known where this version started it, on Linux. */
export function readWritten(path: string, space: ProcessSpace | undefined): Written | undefined {
  const found = contentOf(path);
  const [, digits, seconds, ...times] = WRITTEN.exec(found?.text ?? '') ?? [];
  if (found === undefined || digits === undefined) return undefined;
  const uptime =
    seconds === undefined ? undefined : uptimeOf(Math.round(Number(seconds) * 1000), space?.boot_id);
  const at = Math.round(found.writtenAt);
  const cpu = cpuTime(times);
  return {
    number: Number(digits),
    moment: {at, ...(uptime === undefined ? {} : {uptime})},
    ...(cpu === undefined ? {} : {cpu}),
  };
}

/**
 * The number, the uptime, and two lines of `times`: of the shell itself, and of its children. Shells differ in the digits, and
 * in the sign before them.
 */
const WRITTEN =
  /^(\d+) \.\n(?:(\d+(?:\.\d+)?)\n)?(?:\S+ \S+\n(\d+)m(\d+(?:[.,]\d+)?)s (\d+)m(\d+(?:[.,]\d+)?)s\n)?/;

function cpuTime([userMinutes, userSecs, systemMinutes, systemSecs]: readonly (string | undefined)[]):
  | WrittenCpuTime
  | undefined {
  if (userSecs === undefined || systemSecs === undefined) return undefined;
  const ms = (minutes = '', secs = '') => Number(minutes) * 60_000 + Number(secs.replace(',', '.')) * 1000;
  return {
    userMs: ms(userMinutes, userSecs),
    systemMs: ms(systemMinutes, systemSecs),
    cores: coreCount(),
  };
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
/** The code and the uptime, and what `times` writes, also after centuries. */
const EXIT_LINES = 8;
