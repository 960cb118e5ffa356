/**
 * Rebuilds the rows of every repository from the job directories. The coordinator is asked to leave first (its jobs go
 * on) and its lock is held meanwhile, so that there is still only one writer.
 */
import {counted, type RepoId, StintError} from '../../../base/index.ts';
import {rebuildStore, takeCoordinatorLock} from '../../../coordinator/adapters/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {reposOf} from '../../../coordinator/reader/index.ts';
import {findStateDirectory, holderWords, systemClock} from '../../../platform/index.ts';
import {type ProgressBar, progressBar} from '../../output/progress-bar.ts';
import {type Finding, problem} from './finding.ts';
import {unreadableFinding} from './unreadable.ts';

/** How long a coordinator may take to leave. */
const LEAVE_MS = 10_000;

/** `isSilent`: nothing is shown of how far it is. */
export async function repair({isSilent}: {readonly isSilent: boolean}): Promise<Finding[]> {
  const state = findStateDirectory();
  if (state === undefined) return [];
  await sendAway(state);
  const lock = takeCoordinatorLock(state, {
    waitMs: LEAVE_MS,
    now: () => systemClock.now(),
    onUntold: () => undefined, // it matters to nobody for so short a time
  });
  if (lock === undefined) {
    const holder = holderWords(state);
    throw new StintError(
      'BUSY',
      `Nothing was repaired. ${holder?.who ?? 'A coordinator'} holds the lock and does not leave.`,
      {hint: holder?.hint ?? `Look at ${state}/coordinator.log; end that process and try again.`},
    );
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
  return repaired.flatMap(({findings}) => findings);
}

interface Repaired {
  readonly findings: readonly Finding[];
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
    await client.request('Shutdown', {reason: 'repair', hand_over: true}, {timeoutMs: LEAVE_MS});
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
    const unreadable: Finding[] = [];
    const {jobs, unfinished, setAside} = rebuildStore(state, id, systemClock, onJob, error =>
      unreadable.push(unreadableFinding('not repaired', error)),
    );
    const damaged = setAside === undefined ? '' : `; the damaged database is now ${setAside}`;
    const message = `${id}: ${counted(jobs, 'job')}, ${unfinished} of them unfinished${damaged}`;
    const done: Finding = {level: 'ok', about: 'repaired', message};
    return {findings: [done, ...unreadable], unfinished};
  } catch (error) {
    return {findings: [problem('repair', error)], unfinished: 0};
  }
}
