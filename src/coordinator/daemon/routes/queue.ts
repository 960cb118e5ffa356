/** Requests about how many jobs run at once, and which wait. */
import {writeParallel} from '../../adapters/index.ts';
import type {Routes} from '../../server/index.ts';
import type {RouteContext} from './route-context.ts';
import {wireGroups} from './wire-groups.ts';
import {wireQueue} from './wire-queue.ts';

export function queueRoutes({
  coordinator: {supervisor, groups},
  state,
}: RouteContext): Pick<
  Routes,
  'GetParallel' | 'SetParallel' | 'GetQueue' | 'GetGroups' | 'SetGroup' | 'MoveJob'
> {
  return {
    GetParallel: () => {
      const {running, queued} = supervisor.counts;
      return {parallel: supervisor.queue.parallel, running, queued};
    },
    SetParallel: ({parallel}) => {
      writeParallel(state, parallel);
      supervisor.queue.parallel = parallel;
      return {parallel};
    },
    GetQueue: ({repo}) => wireQueue(supervisor.queue.view, spec => repo === undefined || spec.repo === repo),
    GetGroups: ({configured}) => {
      if (configured !== undefined) groups.learn(configured);
      return {groups: wireGroups(groups, supervisor.queue.view)};
    },
    SetGroup: ({group, parallel}) => {
      groups.set(group, parallel);
      return {groups: wireGroups(groups, supervisor.queue.view)};
    },
    MoveJob: ({job, to}) => ({position: supervisor.queue.move(job, to)}),
  };
}
