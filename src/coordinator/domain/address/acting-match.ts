/**
 * What an address means to a command that acts on jobs. Reading the wrong job costs a look; ending it costs the work, so
 * nothing is guessed here: a name means the one job of that name in this worktree that has not ended. Pure.
 */
import {
  type Address,
  type Addressable,
  eitherOf,
  fits,
  latestAttempts,
  type Match,
  matchAddress,
  readings,
} from './address.ts';

export interface Actable extends Addressable {
  /** Its command will not run any more. */
  readonly hasEnded: boolean;
}

/**
 * The jobs that are meant. `jobs` are all that exist, newest first; `here` is the current worktree.
 *
 * An invocation means its jobs, whatever became of them. A name means what has not ended of that name, in `here` or in the
 * worktree that the address names: several, or only some elsewhere, are `ambiguous`. Where all have ended it means the
 * newest one, of which that can be said.
 */
export function matchToAct<T extends Actable>(address: Address, jobs: readonly T[], here?: string): Match<T> {
  if (address.eitherWay) {
    const [byId, byName] = readings(address).map(reading => matchToAct(reading, jobs, here));
    return eitherOf(byId, byName);
  }
  if (address.invocation !== undefined || address.job === undefined) return matchAddress(address, jobs, here);
  const named = jobs.filter(job => fits(address, job));
  const isInReach = (job: T) => address.worktree !== undefined || job.worktree === here;
  const open = named.filter(({hasEnded}) => !hasEnded);
  const unfinished = address.attempt === undefined ? latestAttempts(open) : open;
  const meant = unfinished.filter(isInReach);
  const others = unfinished.filter(job => !isInReach(job));
  if (meant.length > 1) return {kind: 'ambiguous', candidates: meant};
  if (meant.length === 1) return {kind: 'jobs', jobs: meant};
  const ended = named.find(isInReach);
  if (ended !== undefined) return {kind: 'jobs', jobs: [ended], ...(others.length === 0 ? {} : {others})};
  if (others.length > 0) return {kind: 'ambiguous', candidates: others, isElsewhere: true};
  return matchAddress(address, jobs, here);
}
