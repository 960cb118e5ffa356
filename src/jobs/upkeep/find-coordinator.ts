/** Whether there is a coordinator: one that cannot be reached is there as well, as long as it holds the lock. */
import {existsSync} from 'node:fs';

import {StintError} from '../../base/index.ts';
import {coordinatorLockPath} from '../../coordinator/adapters/index.ts';
import type {Client, Health} from '../../coordinator/client/index.ts';
import {findSocket, holderWords} from '../../platform/index.ts';
import {isOsLockHeld} from '../../store/index.ts';

const PAUSE_MS = 50;
const NONE = 'none';

/**
 * What the coordinator says of itself; undefined when there is none. One that is only just starting, or listens anew, is
 * waited for, `patienceMs` at most. Rejects with an error that names its process when it holds the lock and is silent.
 */
export async function findCoordinator(client: Client, patienceMs: number): Promise<Health | undefined> {
  const {retry} = await import('../../coordinator/client/index.ts');
  const look = async () => (await client.health()) ?? (isLockHeld(client.state) ? undefined : NONE);
  const found = await retry(look, {policy: {restMs: PAUSE_MS, withinMs: patienceMs}});
  if (found === undefined) throw outOfReach(client.state);
  return found === NONE ? undefined : found;
}

export function isLockHeld(state: string): boolean {
  const path = coordinatorLockPath(state);
  return existsSync(path) && isOsLockHeld(path);
}

function outOfReach(state: string): StintError {
  const holder = holderWords(state);
  const who = holder?.who ?? 'Its pid is not known, but one';
  const hint =
    holder?.hint ??
    `Look at ${state}/coordinator.log. If it hangs, end it: jobs go on, the next command takes them over.`;
  const message = `${who} holds the lock but does not answer at ${findSocket(state)}.`;
  return new StintError('COORDINATOR_UNREACHABLE', message, {hint});
}
