/**
 * Does what only the one writer may do, in the coordinator's place: it is asked to leave (its jobs go on), its lock is held
 * meanwhile, and another one is started afterwards where jobs want one.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {StintError} from '../../base/index.ts';
import {takeCoordinatorLock, unfinishedMarkPath} from '../../coordinator/adapters/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {reposOf} from '../../coordinator/reader/index.ts';
import {holderWords, systemClock} from '../../platform/index.ts';

export interface InItsPlace {
  /** For the log of the coordinator that leaves. */
  readonly reason: string;
  /** A sentence for whoever finds that it does not leave. */
  readonly undone: string;
}

/** How long a coordinator may take to leave. */
const LEAVE_MS = 10_000;

/** Rejects with `BUSY` where the coordinator does not leave; then nothing was done. */
export async function withoutCoordinator<T>(
  state: string,
  {reason, undone}: InItsPlace,
  work: () => T | Promise<T>,
): Promise<T> {
  const {Client} = await import('../../coordinator/client/index.ts');
  await sendAway(new Client({state}), reason);
  const lock = takeCoordinatorLock(state, {
    waitMs: LEAVE_MS,
    now: () => systemClock.now(),
    onUntold: () => undefined, // it matters to nobody for so short a time
  });
  if (lock === undefined) {
    const holder = holderWords(state);
    throw new StintError(
      'BUSY',
      `${undone} ${holder?.who ?? 'A coordinator'} holds the lock and does not leave.`,
      {hint: holder?.hint ?? `Look at ${state}/coordinator.log; end that process and try again.`},
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
    if (reposOf(state).some(repo => existsSync(join(state, unfinishedMarkPath(repo))))) {
      const client = new Client({state});
      await client.connect();
      client.close();
    }
  }
}

async function sendAway(client: Client, reason: string): Promise<void> {
  try {
    if ((await client.health()) === undefined) return;
    await client.request('Shutdown', {reason, hand_over: true}, {timeoutMs: LEAVE_MS});
  } finally {
    client.close();
  }
}
