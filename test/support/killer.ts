/** Coordinators that are killed with SIGKILL at random moments, also while they start, each replaced by another one. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {clientOf} from './library-jobs.ts';
import type {Random} from './random.ts';
import {isRunning, type Sandbox, STINT, until} from './sandbox.ts';

export interface Kill {
  /** Who made the coordinator come up. */
  readonly by: 'start' | 'ls' | 'client';
  /** Milliseconds between its coming up (or, with `start`, its birth) and its death. */
  readonly afterMs: number;
}

/** Makes a coordinator come up in one way or another and kills it a random while later. */
export async function killOne(sandbox: Sandbox, random: Random): Promise<Kill> {
  const by = random.pick(['start', 'client', 'client', 'ls'] as const);
  const afterMs = random.int(by === 'start' ? 120 : 80);
  if (by === 'start') {
    const coordinator = startCoordinator(sandbox);
    await delay(afterMs);
    coordinator.kill('SIGKILL');
    if (coordinator.exitCode === null && coordinator.signalCode === null) await once(coordinator, 'exit');
    return {by, afterMs};
  }
  const pid = by === 'ls' ? await upByListing(sandbox) : await bringUp(sandbox);
  await delay(afterMs);
  await killProcess(pid);
  return {by, afterMs};
}

/** Sees to it that a coordinator serves, over a connection of its own; resolves with its pid. */
export async function bringUp(sandbox: Sandbox): Promise<number> {
  const client = clientOf(sandbox);
  try {
    return (await client.request('Ping', {})).pid;
  } finally {
    client.close();
  }
}

/** Starts a coordinator as a child, so that its pid is known before it serves. It leaves at once where there is one. */
export function startCoordinator(sandbox: Sandbox, bin = STINT): ChildProcess {
  const entry = join(bin, '..', '..', 'dist', 'cli', 'coordinator-entry.cjs');
  return spawn(process.execPath, [entry, sandbox.state], {env: sandbox.environment(), stdio: 'ignore'});
}

/** Sends SIGKILL and resolves when the process is gone. */
export async function killProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it was gone already
  }
  await until(() => !isRunning(pid));
}

async function upByListing(sandbox: Sandbox): Promise<number> {
  await sandbox.ok(['ls']);
  return bringUp(sandbox); // ls starts one only where something is unfinished
}
