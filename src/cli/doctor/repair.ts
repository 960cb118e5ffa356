/**
 * Rebuilds the rows of every repository from the job directories. The coordinator is asked to leave first (its jobs go
 * on) and its lock is held meanwhile, so that there is still only one writer.
 */
import {join} from 'node:path';

import {counted, messageOf, type RepoId, StintError} from '../../base/index.ts';
import {rebuildStore, reposOf} from '../../coordinator/adapters/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {findStateDirectory, systemClock} from '../../platform/index.ts';
import {acquireOsLock} from '../../store/index.ts';
import {type ProgressBar, progressBar} from '../output/progress-bar.ts';
import type {Finding} from './finding.ts';

/** How long a coordinator may take to leave. */
const LEAVE_MS = 10_000;

/** `isSilent`: nothing is shown of how far it is. */
export async function repair({isSilent}: {readonly isSilent: boolean}): Promise<Finding[]> {
  const state = findStateDirectory();
  if (state === undefined) return [];
  await sendAway(state);
  const lock = acquireOsLock(join(state, 'coordinator.lock'), LEAVE_MS);
  if (lock === undefined) {
    throw new StintError('BUSY', 'Nothing was repaired: a coordinator holds the lock and does not leave.', {
      hint: `Look at ${state}/coordinator.log; end that process (its jobs go on) and try again.`,
    });
  }
  const bar = progressBar({isSilent});
  let repaired: Repaired[];
  try {
    repaired = repairAll(state, bar);
  } finally {
    bar.close();
    lock.release();
  }
  if (repaired.some(({unfinished}) => unfinished > 0)) await startCoordinator(state);
  return repaired.map(({finding}) => finding);
}

interface Repaired {
  readonly finding: Finding;
  readonly unfinished: number;
}

async function startCoordinator(state: string): Promise<void> {
  const client = new Client({state});
  await client.connect();
  client.close();
}

async function sendAway(state: string): Promise<void> {
  const client = new Client({state});
  try {
    if ((await client.health()) === undefined) return;
    await client.request('Shutdown', {reason: 'repair'}, {timeoutMs: LEAVE_MS});
  } finally {
    client.close();
  }
}

function repairAll(state: string, bar: ProgressBar): Repaired[] {
  const repos = reposOf(state);
  return repos.map((id, at) => {
    const title = `repairing database ${at + 1} of ${repos.length}, jobs`;
    return repairRepo(state, id, (done, total) => bar.show({title, done, total}));
  });
}

function repairRepo(state: string, id: RepoId, onJob: (done: number, total: number) => void): Repaired {
  try {
    const {jobs, unfinished, setAside} = rebuildStore(state, id, systemClock, onJob);
    const damaged = setAside === undefined ? '' : `; the damaged database is now ${setAside}`;
    const message = `${id}: ${counted(jobs, 'job')}, ${unfinished} of them unfinished${damaged}`;
    return {finding: {level: 'ok', about: 'repaired', message}, unfinished};
  } catch (error) {
    const hint = error instanceof StintError && error.hint !== undefined ? {hint: error.hint} : {};
    return {finding: {level: 'problem', about: 'repair', message: messageOf(error), ...hint}, unfinished: 0};
  }
}
