/** Requests that remove jobs, and that keep them. */
import {eventPassToWire, limitsFromWire} from '../../protocol/index.ts';
import type {Routes} from '../../server/index.ts';
import {knownJob} from '../../usecases/index.ts';
import type {RouteContext} from './route-context.ts';
import {wirePass} from './wire-pass.ts';

export function pruningRoutes({
  coordinator: {eventPruner, find, ledger, pruner, removals},
  clock,
}: RouteContext): Pick<Routes, 'Prune' | 'RemoveJobs' | 'PinJobs'> {
  return {
    Prune: async ({repo, older_than_ms: olderThanMs, limits}) => {
      await ledger.flush();
      const passes = await pruner.prune(repo === undefined ? undefined : [repo], {olderThanMs});
      const repos = passes.map(wirePass);
      if (repo !== undefined) return {repos};
      const events = await eventPruner.prune(limits === undefined ? undefined : limitsFromWire(limits));
      return {repos, events: eventPassToWire(events)};
    },
    RemoveJobs: async ({jobs}) => {
      const {removed, refused, failed, strange} = await pruner.remove(jobs, find);
      return {
        removed: removed.map(({key, freesBytes}) => ({...key, frees_bytes: freesBytes})),
        refused: refused.map(({key, why}) => ({...key, why})),
        failed: [...failed],
        strange: [...strange],
      };
    },
    PinJobs: async ({jobs, pinned}) => {
      for (const key of jobs) knownJob(find, key);
      await ledger.flush();
      const done = jobs.filter(key => removals.pin(key, pinned, clock.now()));
      return {count: done.length};
    },
  };
}
