/**
 * The processes of running jobs, as they are in this moment: all are looked at once, for however many jobs. A process is a
 * job's by the same signs as where it is to be ended (find-processes.ts), but for who holds its spool: that look takes longer
 * than all the rest.
 */
import {join} from 'node:path';

import type {Clock} from '../../../base/index.ts';
import {hidesProcesses, listProcesses} from '../../../platform/index.ts';
import {JOB_FILES, processesOf, variableLook} from '../../adapters/index.ts';
import {isEnded, jobVariable} from '../../domain/index.ts';
import {keyOfListed, type ListedJob} from '../job-reader.ts';

/** The pids of a job that runs here, without its wrapper's; undefined for any other one, and where none of it can be seen. */
export type RunningProcessesOf = (job: ListedJob) => readonly number[] | undefined;

/** Looks at all processes, when one of these jobs runs. */
export function lookForRunning(jobs: readonly ListedJob[], clock: Clock): RunningProcessesOf {
  if (!jobs.some(runsHere) || process.platform !== 'linux' || hidesProcesses()) return () => undefined;
  const look = {listed: listProcesses(), writing: undefined, givenTo: variableLook()};
  return job => {
    const wrapper = runsHere(job) ? wrapperOf(job) : 0;
    if (wrapper === 0) return undefined;
    const {row, directory} = job;
    const {rest} = processesOf(
      {
        alive: join(directory, JOB_FILES.alive),
        spools: [],
        variable: jobVariable(keyOfListed(job)),
        known: new Set(),
        age: () => clock.now() - row.created_at,
      },
      look,
      wrapper,
    );
    return rest.map(({pid}) => pid);
  };
}

function runsHere({state, elsewhere, unreadable}: ListedJob): boolean {
  return state.status !== 'queued' && !isEnded(state) && elsewhere === undefined && unreadable === undefined;
}

function wrapperOf({state}: ListedJob): number {
  return state.status === 'queued' ? 0 : (state.pid ?? 0);
}
