/** Requests about how many jobs run at once, and which wait. */
import type {Routes} from '../../server/index.ts';
import {writeParallel} from '../settings.ts';
import type {RouteContext} from './route-context.ts';
import {wireQueue} from './wire-queue.ts';

export function queueRoutes({
  coordinator: {supervisor},
  state,
}: RouteContext): Pick<Routes, 'GetParallel' | 'SetParallel' | 'GetQueue'> {
  return {
    GetParallel: () => {
      const {running, queued} = supervisor.counts;
      return {parallel: supervisor.parallel, running, queued};
    },
    SetParallel: ({parallel}) => {
      writeParallel(state, parallel);
      supervisor.parallel = parallel;
      return {parallel};
    },
    GetQueue: ({repo}) => wireQueue(supervisor.queue, spec => repo === undefined || spec.repo === repo),
  };
}
