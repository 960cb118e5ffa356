/**
 * Who holds the lock of a state directory: `coordinator.json`, which the holder writes right after it has the lock and
 * removes before it gives it back. Left over by one that was killed, it means nothing: it counts only while the lock is
 * held.
 */
import {rmSync} from 'node:fs';
import {join} from 'node:path';

import {type ProcessSpace, parseProcessSpace, stringifyWellFormed} from '../../base/index.ts';
import {readPrivate} from '../files/private-file.ts';
import {replaceFile} from '../files/replace-file.ts';
import {packageVersion} from '../package-root.ts';
import {processSpace} from '../process-space.ts';

export interface LockHolder {
  readonly pid: number;
  /** Where that pid names it. */
  readonly space: ProcessSpace;
  readonly version: string;
  /** Since when it has the lock, in Unix milliseconds. */
  readonly sinceMs: number;
}

/**
 * Says that this process holds the lock. For who has just got it. Throws when it cannot be written; then nobody is named,
 * rather than an earlier holder.
 */
export function writeLockHolder(state: string, sinceMs: number): void {
  const told = {pid: process.pid, ...processSpace(), version: packageVersion(), since_ms: sinceMs};
  try {
    replaceFile(join(state, FILE), `${stringifyWellFormed(told)}\n`);
  } catch (error) {
    removeLockHolder(state);
    throw error;
  }
}

/** For who is about to give the lock back. */
export function removeLockHolder(state: string): void {
  rmSync(join(state, FILE), {force: true});
}

/** Who holds the lock, if somebody does; undefined when nobody says so. Throws when others may write that file. */
export function readLockHolder(state: string): LockHolder | undefined {
  const told = parsed(readPrivate(join(state, FILE)) ?? 'null');
  const space = parseProcessSpace(told);
  if (space === undefined) return undefined;
  const {pid, version, since_ms} = told as Record<string, unknown>;
  if (!Number.isSafeInteger(pid) || (pid as number) < 1) return undefined;
  return {
    pid: pid as number,
    space,
    version: typeof version === 'string' ? version : 'unknown',
    sinceMs: typeof since_ms === 'number' ? since_ms : 0,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a power cut can leave anything there
  }
}

const FILE = 'coordinator.json';
