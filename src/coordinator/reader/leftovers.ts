/**
 * What jobs that have ended left behind, as a reader sees it: all processes are looked at once, for however many jobs. A
 * process is a job's by the same signs as where it is to be ended (find-processes.ts).
 */
import {join} from 'node:path';

import type {Clock} from '../../base/index.ts';
import {listProcesses, openFilesBelow} from '../../platform/index.ts';
import {
  isOfStint,
  JOB_FILES,
  type ProcessLook,
  processesOf,
  spoolPaths,
  variableLook,
} from '../adapters/index.ts';
import {isEnded, jobVariable, type NamedProcess, type Remains} from '../domain/index.ts';
import {keyOfListed, type ListedJob} from './job-reader.ts';

export interface Leftovers {
  readonly processes: readonly NamedProcess[];
  /** What could not be looked at, so that more may be left. */
  readonly unseen: Remains['unseen'];
}

/** Of a job that has ended; undefined for any other one, and where its processes are those of another machine. */
export type LeftoversOf = (job: ListedJob) => Leftovers | undefined;

/** Looks at all processes, when one of these jobs has ended; without them in any case, for all jobs that there are. */
export async function lookForLeftovers(
  state: string | undefined,
  jobs: readonly ListedJob[] | undefined,
  clock: Clock,
): Promise<LeftoversOf> {
  if (state === undefined || jobs?.some(canLeave) === false) return () => undefined;
  const listed = listProcesses();
  const spools = (jobs ?? []).flatMap(({row, directory}) =>
    row.closed_at === null ? spoolPaths(directory) : [],
  );
  // Elsewhere only files that have names can be asked about.
  const canAsk = process.platform === 'linux' || spools.length > 0;
  const writing = canAsk ? await openFilesBelow(join(state, 'repos'), clock)(spools) : undefined;
  const look = {listed, writing, givenTo: variableLook()};
  return job => (canLeave(job) ? leftoversOf(job, look, clock.now()) : undefined);
}

function canLeave({state, elsewhere}: ListedJob): boolean {
  return isEnded(state) && state.startedAt !== undefined && elsewhere === undefined;
}

function leftoversOf(job: ListedJob, look: ProcessLook, now: number): Leftovers {
  const {row, state, directory} = job;
  const endedAt = isEnded(state) ? state.finishedAt : now;
  const {rest, unseen} = processesOf(
    {
      alive: join(directory, JOB_FILES.alive),
      spools: spoolPaths(directory),
      variable: jobVariable(keyOfListed(job)),
      known: new Set(),
      age: () => now - row.created_at,
      endedFor: () => now - endedAt,
    },
    look,
    0,
  );
  // The wrapper of a job that has only just ended still holds the spool.
  const processes = rest
    .filter(({pid}) => !isOfStint(pid))
    .map(({pid, name}): NamedProcess => ({pid, command: name}));
  return {processes, unseen};
}
