/** Small facts about processes and this machine. */
import {readFileSync} from 'node:fs';
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
