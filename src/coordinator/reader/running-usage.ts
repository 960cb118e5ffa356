/**
 * What the processes of running jobs use, seen in the moment in which somebody asks: nothing of it is recorded. A process is
 * a job's by the same signs as where it is to be ended (find-processes.ts), but for who holds its spool: that look takes longer
 * than all the rest.
 */
import {join} from 'node:path';

import type {Clock} from '../../base/index.ts';
import {hidesProcesses, listProcesses, processorTime, residentBytes} from '../../platform/index.ts';
import {JOB_FILES, processesOf, variableLook} from '../adapters/index.ts';
import {type CpuTime, isEnded, jobVariable} from '../domain/index.ts';
import {keyOfListed, type ListedJob} from './job-reader.ts';

export interface Usage {
  /** Of the processes that are there, and of all that they waited for; undefined where nobody can know. */
  readonly cpu: CpuTime | undefined;
  /** Resident, added up, so that pages which processes share count for each of them; likewise. */
  readonly memoryBytes: number | undefined;
}

/** Of a job that runs here; undefined for any other one, and where no process of it can be seen. */
export type UsageOf = (job: ListedJob) => Usage | undefined;

/** Looks at all processes, when one of these jobs runs. */
export function lookForUsage(jobs: readonly ListedJob[], clock: Clock): UsageOf {
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
    return usageOf(rest.map(({pid}) => pid));
  };
}

function runsHere({state, elsewhere, unreadable}: ListedJob): boolean {
  return state.status !== 'queued' && !isEnded(state) && elsewhere === undefined && unreadable === undefined;
}

function wrapperOf({state}: ListedJob): number {
  return state.status === 'queued' ? 0 : (state.pid ?? 0);
}

/** One that ends meanwhile is left out. */
function usageOf(pids: readonly number[]): Usage | undefined {
  const times = pids.flatMap(pid => processorTime(pid) ?? []);
  const sizes = pids.flatMap(pid => residentBytes(pid) ?? []);
  if (times.length === 0 && sizes.length === 0) return undefined;
  const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
  return {
    cpu:
      times.length === 0
        ? undefined
        : {userMs: sum(times.map(({userMs}) => userMs)), systemMs: sum(times.map(({systemMs}) => systemMs))},
    memoryBytes: sizes.length === 0 ? undefined : sum(sizes),
  };
}
