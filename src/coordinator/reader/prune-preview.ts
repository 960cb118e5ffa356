/** What a pass over a repository would do now: the same decision about the same things, and nothing is written. */
import type {Clock, RepoId} from '../../base/index.ts';
import {insideState} from '../../platform/index.ts';
import {explainStoreError, JOBS_SCHEMA, openForReading} from '../../store/index.ts';
import {databasePath, lookAround, pruningRules} from '../adapters/index.ts';
import {hasLeapt, type PrunePlan, prunePlan} from '../domain/index.ts';
import type {PruningRules} from '../ports/index.ts';

export interface PrunePreview {
  readonly rules: PruningRules;
  readonly plan: PrunePlan;
  /** Removals that an earlier pass left half done. */
  readonly halfDone: number;
  readonly isClockDoubtful: boolean;
}

/** Undefined where nothing was ever run. Throws when its database cannot be used. */
export async function previewPass(
  state: string,
  repo: RepoId,
  {clock, olderThanMs}: {readonly clock: Clock; readonly olderThanMs?: number | undefined},
): Promise<PrunePreview | undefined> {
  const db = openForReading(insideState(state, databasePath(repo)), JOBS_SCHEMA);
  if (db === undefined) return undefined;
  try {
    const rules = pruningRules(db);
    const {invocations, halfDone} = await lookAround(state, repo, db);
    const now = clock.now();
    const isClockDoubtful = hasLeapt(rules.lastPassAt, now);
    const plan = prunePlan(invocations, {...rules, now, isClockDoubtful, olderThanMs});
    return {rules, plan, halfDone: halfDone.length, isClockDoubtful};
  } catch (error) {
    throw explainStoreError(db.path, error, JOBS_SCHEMA);
  } finally {
    db.close();
  }
}
