/** What the processes of running jobs use, seen in the moment in which somebody asks: nothing of it is recorded. */
import type {Clock} from '../../../base/index.ts';
import {processorTime, residentBytes} from '../../../platform/index.ts';
import type {CpuTime} from '../../domain/index.ts';
import type {ListedJob} from '../job-reader.ts';
import {lookForRunning} from './running-processes.ts';

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
  const processesOf = lookForRunning(jobs, clock);
  return job => {
    const pids = processesOf(job);
    return pids && usageOf(pids);
  };
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
