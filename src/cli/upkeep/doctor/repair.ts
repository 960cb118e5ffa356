/**
 * Rebuilds the rows of every repository from the job directories. The coordinator is asked to leave first (its jobs go
 * on) and its lock is held meanwhile, so that there is still only one writer.
 */
import {finishRestore} from '../../../backup/index.ts';
import {counted, type RepoId} from '../../../base/index.ts';
import {rebuildStore} from '../../../coordinator/adapters/index.ts';
import {reposOf} from '../../../coordinator/reader/index.ts';
import {withoutCoordinator} from '../../../jobs/index.ts';
import {findStateDirectory, systemClock} from '../../../platform/index.ts';
import {type ProgressBar, progressBar} from '../../output/progress-bar.ts';
import {type Finding, problem, unreadableFinding} from './finding.ts';

/** `isSilent`: nothing is shown of how far it is. */
export async function repair({isSilent}: {readonly isSilent: boolean}): Promise<Finding[]> {
  const state = findStateDirectory();
  if (state === undefined) return [];
  const bar = progressBar({isSilent});
  try {
    return await withoutCoordinator(state, {reason: 'repair', undone: 'Nothing was repaired.'}, () => {
      const finished = finishRestore(state);
      const repaired = repairAll(state, bar);
      return [...finished.map(restoredFinding), ...repaired.flatMap(({findings}) => findings)];
    });
  } finally {
    bar.close();
  }
}

function restoredFinding(message: string): Finding {
  return {level: 'ok', about: 'restore', message};
}

interface Repaired {
  readonly findings: readonly Finding[];
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
    return {findings: [done, ...unreadable]};
  } catch (error) {
    return {findings: [problem('repair', error)]};
  }
}
