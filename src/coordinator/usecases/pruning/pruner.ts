/**
 * Removes jobs: those whose time is over or for which there is no room (a *pass*), or those that somebody names. One after
 * the other, whoever asks; a little at a time, so that jobs are looked after meanwhile.
 */
import {type InvocationId, type JobKey, keyText, type RepoId, reasonOf} from '../../../base/index.ts';
import {
  type Eviction,
  hasLeapt,
  isEnded,
  type PrunableInvocation,
  type PrunePlan,
  prunePlan,
} from '../../domain/index.ts';
import type {FailedRemoval, JobRemovals, JobsToRemove, RemovalReport, RemovedJob} from '../../ports/index.ts';
import type {FindJob} from '../known-job.ts';
import {seriesText} from '../last-attempt.ts';

export interface PrunerOptions {
  readonly removals: JobRemovals;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Resolves when others had their turn. */
  readonly pause: () => Promise<void>;
  /** The jobs of a repository that others wait for, by `seriesText`: their end has to be known until those start. */
  readonly needed: (repo: RepoId) => ReadonlySet<string>;
  /** Hears of each repository from which something was removed. */
  readonly onRemoved: (repo: RepoId) => void;
}

export interface PassOptions {
  /** In the place of the retention of each job. */
  readonly olderThanMs?: number | undefined;
}

/** What a pass did in a repository. */
export interface Pass {
  readonly repo: RepoId;
  readonly place: string | undefined;
  readonly evictions: readonly Eviction[];
  /** Removals that an earlier pass left half done. */
  readonly finished: number;
  readonly freedBytes: number;
  /** What the jobs take that are left. */
  readonly usedBytes: number;
  /** What they may take; null for no limit. */
  readonly maxTotalBytes: number | null;
  readonly isClockDoubtful: boolean;
  readonly failed: readonly FailedRemoval[];
  /** Paths of what is not stint's. */
  readonly strange: readonly string[];
  /** Why the repository could not be looked at at all. */
  readonly problem?: unknown;
}

export interface RemovedKeys {
  readonly removed: readonly {readonly key: JobKey; readonly freesBytes: number}[];
  /** Named jobs that stay, and why. */
  readonly refused: readonly {readonly key: JobKey; readonly why: 'unknown' | 'pinned' | 'not closed'}[];
  readonly failed: readonly FailedRemoval[];
  readonly strange: readonly string[];
}

/** So many invocations are removed in one turn. */
const BATCH = 64;

export class Pruner {
  readonly #options: PrunerOptions;
  #last: Promise<unknown> = Promise.resolve();
  #underWay = 0;

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** A pass over these repositories, default all. A repository that cannot be used costs the others nothing. */
  prune(repos: readonly RepoId[] | undefined, options: PassOptions = {}): Promise<Pass[]> {
    return this.#inTurn(async () => {
      const known = this.#options.removals.repos();
      const passes: Pass[] = [];
      for (const repo of repos?.filter(each => known.includes(each)) ?? known)
        passes.push(await this.#passOver(repo, options));
      return passes;
    });
  }

  /** Removes the jobs of these keys, whatever their age. `find` tells which there are. */
  remove(keys: readonly JobKey[], find: FindJob): Promise<RemovedKeys> {
    return this.#inTurn(async () => {
      const refused = keys.flatMap(key => this.#refusal(key, find) ?? []);
      const meant = keys.filter(key => refused.every(each => each.key !== key));
      const sizes = new Map(meant.map(key => [keyText(key), this.#options.removals.sizeOf(key)]));
      const removed: RemovedKeys['removed'][number][] = [];
      const reports: RemovalReport[] = [];
      for (const repo of new Set(meant.map(key => key.repo))) {
        const groups = groupsOf(meant.filter(key => key.repo === repo));
        for (const report of await this.#removeAll(repo, groups)) {
          reports.push(report);
          const gone = report.removed.map(({invocation, ...job}) => ({
            ...job,
            repo,
            invocation: invocation as InvocationId,
          }));
          removed.push(...gone.map(key => ({key, freesBytes: sizes.get(keyText(key)) ?? 0})));
        }
      }
      const [failed, strange] = [reports.flatMap(each => each.failed), reports.flatMap(each => each.strange)];
      return {removed, refused, failed, strange};
    });
  }

  #refusal(key: JobKey, find: FindJob): RemovedKeys['refused'][number] | undefined {
    const state = find(key)?.state;
    if (state === undefined) return {key, why: 'unknown'};
    if (!isEnded(state) || state.closedAt === undefined) return {key, why: 'not closed'};
    return this.#options.removals.isPinned(key) ? {key, why: 'pinned'} : undefined;
  }

  async #passOver(repo: RepoId, options: PassOptions): Promise<Pass> {
    try {
      return await this.#prune(repo, options);
    } catch (problem) {
      return {...NOTHING_DONE, repo, problem};
    }
  }

  async #prune(repo: RepoId, {olderThanMs}: PassOptions): Promise<Pass> {
    const {removals, now} = this.#options;
    const {place, lastPassAt, ...policy} = removals.rules(repo);
    const {invocations: found, halfDone} = await removals.lookAround(repo);
    const invocations = withNeeded(repo, found, this.#options.needed(repo));
    const at = now();
    const rest = halfDone.length === 0 ? undefined : removals.finish(repo, halfDone, at);
    const isClockDoubtful = hasLeapt(lastPassAt, at);
    const plan = prunePlan(invocations, {...policy, now: at, isClockDoubtful, olderThanMs});
    const reports = await this.#removeAll(repo, groupsOf(plan.evictions));
    const {evictions, freedBytes} = whatWent(plan, reports);
    const failed = [...(rest === undefined ? [] : [rest]), ...reports].flatMap(each => each.failed);
    removals.record(repo, {
      at_ms: at,
      jobs: evictions.length,
      freed_bytes: freedBytes,
      failed: failed.length,
    });
    return {
      repo,
      place,
      evictions,
      finished: halfDone.length - (rest?.failed.length ?? 0),
      freedBytes,
      usedBytes: plan.usedBytes - freedBytes,
      maxTotalBytes: policy.maxTotalBytes,
      isClockDoubtful,
      failed,
      strange: reports.flatMap(({strange}) => strange),
    };
  }

  async #removeAll(repo: RepoId, groups: readonly JobsToRemove[]): Promise<RemovalReport[]> {
    const {removals, now, pause, onRemoved} = this.#options;
    const reports: RemovalReport[] = [];
    for (let at = 0; at < groups.length; at += BATCH) {
      if (at > 0) await pause();
      reports.push(removals.remove(repo, groups.slice(at, at + BATCH), now()));
      onRemoved(repo);
    }
    return reports;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#underWay -= 1;
    });
    this.#last = turn.catch(reasonOf); // told to who asked for it
    return turn;
  }
}

/** What is needed stays as if it were pinned. */
function withNeeded(
  repo: RepoId,
  invocations: readonly PrunableInvocation[],
  needed: ReadonlySet<string>,
): readonly PrunableInvocation[] {
  if (needed.size === 0) return invocations;
  return invocations.map(invocation => ({
    ...invocation,
    jobs: invocation.jobs.map(job => {
      const text = seriesText({repo, invocation: invocation.id as InvocationId, name: job.name});
      return needed.has(text) ? {...job, isPinned: true} : job;
    }),
  }));
}

const NOTHING_DONE: Omit<Pass, 'repo'> = {
  place: undefined,
  evictions: [],
  finished: 0,
  freedBytes: 0,
  usedBytes: 0,
  maxTotalBytes: null,
  isClockDoubtful: false,
  failed: [],
  strange: [],
};

/** By invocation, in the order in which the jobs are given. */
function groupsOf(jobs: readonly RemovedJob[]): JobsToRemove[] {
  const groups = new Map<string, Pick<JobKey, 'name' | 'attempt'>[]>();
  for (const {invocation, name, attempt} of jobs) {
    const group = groups.get(invocation) ?? [];
    groups.set(invocation, group);
    group.push({name, attempt});
  }
  return [...groups].map(([invocation, own]) => ({invocation, jobs: own}));
}

/** What was planned and is gone. */
function whatWent(
  {evictions}: PrunePlan,
  reports: readonly RemovalReport[],
): Pick<Pass, 'evictions' | 'freedBytes'> {
  const textOf = ({invocation, name, attempt}: RemovedJob) => JSON.stringify([invocation, name, attempt]);
  const gone = new Set(reports.flatMap(({removed}) => removed.map(textOf)));
  const went = evictions.filter(each => gone.has(textOf(each)));
  return {evictions: went, freedBytes: went.reduce((sum, {freesBytes}) => sum + freesBytes, 0)};
}
