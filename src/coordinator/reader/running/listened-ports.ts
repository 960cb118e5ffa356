/** On which ports running jobs listen, seen in the moment in which somebody asks. */
import type {Clock} from '../../../base/index.ts';
import {listenedPorts} from '../../../platform/index.ts';
import type {ListedJob} from '../job-reader.ts';
import {lookForRunning} from './running-processes.ts';

/** TCP ports, each once, in their order; none of a job that does not run here, and where nobody can know. */
export type PortsOf = (job: ListedJob) => readonly number[];

/** Looks at all processes, when one of these jobs runs. */
export function lookForPorts(jobs: readonly ListedJob[], clock: Clock): PortsOf {
  const processesOf = lookForRunning(jobs, clock);
  return job => listenedPorts(processesOf(job) ?? []);
}
