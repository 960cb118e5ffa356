/**
 * Who still has a file open for writing. Linux: /proc; elsewhere: the `lsof` program, and without it nobody can tell.
 *
 * A process can only come to hold one of our spools by inheriting it at birth, so a process that was once seen without
 * any is never looked at again until it is gone from the list. The memory is dropped when it is old enough for pids to
 * have been handed out anew.
 */
import {execFile} from 'node:child_process';
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {promisify} from 'node:util';

import type {Clock} from '../../base/index.ts';
import {codeOf} from '../../base/index.ts';

/** Which of `paths` some process can still write to, and the pids of those that can; undefined where that cannot be known on this system. */
export type WritersOf = (
  paths: readonly string[],
) => Promise<ReadonlyMap<string, readonly number[]> | undefined>;

/** Answers for files below `directory`. */
export function openFilesBelow(directory: string, clock: Clock): WritersOf {
  return process.platform === 'linux' ? linuxWriters(`${directory}/`, clock) : lsofWriters;
}

function linuxWriters(prefix: string, clock: Clock): WritersOf {
  let innocent = new Set<string>();
  let since = 0;
  return async () => {
    if (clock.now() - since > MEMORY_MS || clock.now() < since) {
      innocent = new Set();
      since = clock.now();
    }
    const held = new Map<string, number[]>();
    const stillInnocent = new Set<string>();
    let sliceEnd = clock.now() + SLICE_MS;
    for (const pid of readdirSync('/proc')) {
      if (!/^\d/.test(pid)) continue;
      if (innocent.has(pid) || !collect(pid, prefix, held)) stillInnocent.add(pid);
      if (clock.now() > sliceEnd) {
        await new Promise(resolve => setImmediate(resolve));
        sliceEnd = clock.now() + SLICE_MS;
      }
    }
    innocent = stillInnocent;
    return held;
  };
}

const MEMORY_MS = 2000;
const SLICE_MS = 5;

/** Adds the files below the prefix that this process can write to; false when there are none. */
function collect(pid: string, prefix: string, held: Map<string, number[]>): boolean {
  let any = false;
  for (const fd of unlessGone(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
    const target = unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    if (!target?.startsWith(prefix) || !unlessGone(() => isWritable(pid, fd))) continue;
    addTo(held, target, Number(pid));
    any = true;
  }
  return any;
}

/** Undefined for a process that is gone or somebody else's, and for a descriptor that was just closed: the others still count. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ESRCH' && code !== 'EPERM') throw error;
    return undefined;
  }
}

function isWritable(pid: string, fd: string): boolean {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1];
  return flags === undefined || (Number.parseInt(flags, 8) & 3) !== 0;
}

async function lsofWriters(
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]> | undefined> {
  try {
    const {stdout} = await promisify(execFile)('lsof', ['-F', 'pan', '--', ...paths]);
    return writersIn(stdout);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // lsof exits with 1 when a file is open nowhere.
    const {stdout} = error as {stdout?: string};
    return writersIn(stdout ?? '');
  }
}

function writersIn(fields: string): Map<string, number[]> {
  const held = new Map<string, number[]>();
  let pid = 0;
  let access = '';
  for (const line of fields.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line.startsWith('a')) access = line.slice(1);
    else if (line.startsWith('n') && access !== 'r') addTo(held, line.slice(1), pid);
  }
  return held;
}

function addTo(held: Map<string, number[]>, path: string, pid: number): void {
  held.set(path, [...(held.get(path) ?? []), pid]);
}
