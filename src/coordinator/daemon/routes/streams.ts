/** The streams: a job's log as it grows, the jobs of a repository as they change. */
import type {Streams} from '../../server/index.ts';
import type {Coordinator} from '../build.ts';
import {jobChanges} from './job-changes.ts';
import {tailLogs} from './logs.ts';

export function buildStreams(state: string, coordinator: Coordinator): Streams {
  return {TailLogs: tailLogs(state, coordinator), WatchJobs: jobChanges(coordinator)};
}
