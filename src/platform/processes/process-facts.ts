/** Small facts about processes and this machine. */
import {readFileSync, readlinkSync, statSync} from 'node:fs';
import {cpus, uptime} from 'node:os';

import type {Clock} from '../../base/index.ts';

/** When the machine started, in Unix milliseconds, to a second or so. */
export function bootTime(clock: Clock): number {
  return clock.now() - uptime() * 1000;
}

/** Number of processor cores when this was first asked: to look takes milliseconds. */
export function coreCount(): number {
  cores ??= cpus().length;
  return cores;
}

let cores: number | undefined;

/** Resident memory of a process in bytes (Linux), or undefined. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined; // gone, or not Linux
  }
}

/** Whether the directory in which a process is was removed, wherever it was moved to before; undefined where that is not told. */
export function directoryOfProcess(pid: number): 'there' | 'removed' | undefined {
  const link = `/proc/${pid}/cwd`;
  try {
    return statSync(link).nlink === 0 || readlinkSync(link, 'latin1').endsWith(' (deleted)')
      ? 'removed'
      : 'there';
  } catch {
    return undefined; // gone, another user's, or not Linux
  }
}
