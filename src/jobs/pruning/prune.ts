/** Removes the jobs whose time is over or for which there is no room; or tells which these are. */
import {messageOf, type RepoId} from '../../base/index.ts';
import {
  type Client,
  eventPassToWire,
  limitsToWire,
  type WireEventPass,
  type WirePass,
} from '../../coordinator/client/index.ts';
import {eventLimits, previewEvents, previewPass} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';

export interface PruneOptions {
  /** All jobs that ended so long ago, instead of those whose own time is over. */
  readonly olderThanMs?: number | undefined;
}

export interface Pruned {
  /** One for each repository. */
  readonly repos: readonly WirePass[];
  /** Over recorded sessions and topics; undefined where that was not asked for, or the coordinator is of a version that does not. */
  readonly events?: WireEventPass | undefined;
}

/** Undefined means every repository, and with them the sessions and topics of `state`. Rejects like any request. */
export async function prune(
  client: Pick<Client, 'prune'>,
  state: string,
  repo: RepoId | undefined,
  {olderThanMs}: PruneOptions,
): Promise<Pruned> {
  // The settings of who asks hold, and are looked at before anything is removed.
  const limits = repo === undefined ? limitsToWire(await eventLimits(state)) : undefined;
  return await client.prune({repo, older_than_ms: olderThanMs, limits});
}

/** What a pass over sessions and topics would do now. Writes nothing. Rejects with `USAGE` where a setting cannot be. */
export async function previewEventPass(state: string): Promise<WireEventPass> {
  return eventPassToWire(await previewEvents(state, systemClock));
}

/** What `prune` would do to jobs now. Writes nothing, and asks nobody. A repository that cannot be used costs the others nothing. */
export async function previewPrune(
  state: string,
  repos: readonly RepoId[],
  {olderThanMs}: PruneOptions,
): Promise<readonly WirePass[]> {
  const passes: WirePass[] = [];
  for (const repo of repos) {
    const pass = await previewOf(state, repo, olderThanMs);
    if (pass !== undefined) passes.push(pass);
  }
  return passes;
}

async function previewOf(
  state: string,
  repo: RepoId,
  olderThanMs: number | undefined,
): Promise<WirePass | undefined> {
  try {
    const preview = await previewPass(state, repo, {clock: systemClock, olderThanMs});
    if (preview === undefined) return undefined;
    const {rules, plan, halfDone, isClockDoubtful} = preview;
    return {
      repo,
      ...NOTHING,
      place: rules.place ?? null,
      jobs: plan.evictions.map(({ageMs, freesBytes, ...eviction}) => ({
        ...eviction,
        age_ms: ageMs,
        frees_bytes: freesBytes,
      })),
      jobs_removed: plan.evictions.length,
      finished: halfDone,
      freed_bytes: plan.usedBytes - plan.remainingBytes,
      used_bytes: plan.remainingBytes,
      max_total_bytes: rules.maxTotalBytes,
      clock_doubtful: isClockDoubtful,
    };
  } catch (error) {
    return {repo, ...NOTHING, problem: messageOf(error)};
  }
}

const NOTHING: Omit<WirePass, 'repo'> = {
  place: null,
  jobs: [],
  jobs_removed: 0,
  finished: 0,
  freed_bytes: 0,
  used_bytes: 0,
  max_total_bytes: null,
  clock_doubtful: false,
  failed: [],
  strange: [],
  problem: null,
};
