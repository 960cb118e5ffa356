import type {Job} from '../../domain/index.ts';
import type {Answer} from '../../protocol/index.ts';
import type {QueueView} from '../../usecases/index.ts';
import type {GroupLimits} from '../group-limits.ts';

/** The groups as the protocol tells them, by name. */
export function wireGroups(
  groups: Pick<GroupLimits, 'limits' | 'sourceOf'>,
  {running, waiting}: Pick<QueueView, 'running' | 'waiting'>,
): Answer<'GetGroups'>['groups'] {
  const runs = countByGroup(running);
  const waits = countByGroup(waiting.map(({job}) => job));
  const names = new Set([...groups.limits.keys(), ...runs.keys(), ...waits.keys()]);
  return [...names].sort().map(name => ({
    name,
    parallel: groups.limits.get(name) ?? null,
    source: groups.sourceOf(name) ?? null,
    running: runs.get(name) ?? 0,
    waiting: waits.get(name) ?? 0,
  }));
}

function countByGroup(jobs: readonly Job[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const {spec} of jobs)
    if (spec.group !== null) counts.set(spec.group, (counts.get(spec.group) ?? 0) + 1);
  return counts;
}
