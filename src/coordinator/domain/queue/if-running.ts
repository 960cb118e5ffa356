/** What becomes of jobs that are submitted while others of their names go on. Pure. */
import {type IfRunning, type JobKey, type RepoId, unreachable} from '../../../base/index.ts';
import {isEnded, type JobSummary} from '../job/job.ts';
import {keyOf} from '../job/job-key.ts';
import type {Need} from '../job/need.ts';

/** Whose namesakes are looked for: jobs of these names in this worktree, or in the place of a repository that has none. */
export interface Asked {
  readonly repo: RepoId;
  readonly worktree: string | null;
  readonly names: readonly string[];
}

export type IfRunningDecision =
  /** Each waits for those of these that have its name. */
  | {readonly kind: 'submit'; readonly needs: readonly Need[]}
  /** Nothing is submitted, because of these; the newest first. */
  | {readonly kind: 'skip'; readonly instead: readonly JobKey[]};

/** Those of `jobs` that have not ended and are meant by that, of each the last attempt, the newest first. */
export function namesakesOf<J extends JobSummary>(
  {repo, worktree, names}: Asked,
  jobs: readonly J[],
): readonly J[] {
  const last = new Map<string, J>();
  for (const job of jobs) {
    const {spec, state} = job;
    const isMeant =
      !isEnded(state) &&
      spec.repo === repo &&
      spec.invocation.worktree === worktree &&
      names.includes(spec.name);
    const series = `${spec.invocation.id}/${spec.name}`;
    if (isMeant && spec.attempt >= (last.get(series)?.spec.attempt ?? 0)) last.set(series, job);
  }
  return [...last.values()].sort((a, b) => b.spec.number - a.spec.number);
}

export function ifRunning(wish: IfRunning, namesakes: readonly JobSummary[]): IfRunningDecision {
  if (namesakes.length === 0) return {kind: 'submit', needs: []};
  switch (wish) {
    case 'allow':
      return {kind: 'submit', needs: []};
    case 'skip':
      return {kind: 'skip', instead: namesakes.map(({spec}) => keyOf(spec))};
    case 'queue':
      return {kind: 'submit', needs: needsOf(namesakes, 'ended')};
    case 'replace':
      return {kind: 'submit', needs: needsOf(namesakes, 'gone')};
    default:
      return unreachable(wish);
  }
}

function needsOf(jobs: readonly JobSummary[], end: Need['end']): Need[] {
  return jobs.map(({spec}) => ({invocation: spec.invocation.id, name: spec.name, end}));
}
