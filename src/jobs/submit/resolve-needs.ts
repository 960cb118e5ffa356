/** The jobs that have to end before one that is submitted starts: from their addresses to what the coordinator is told. */
import {type RepoId, StintError, visible} from '../../base/index.ts';
import {type AskedNeed, MOST_NEEDS, type NeedEnd, parseAddress} from '../../coordinator/domain/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {addressText} from '../address/address-text.ts';
import {resolveToAct} from '../address/resolve.ts';
import {openReadingPlace} from '../place.ts';

/** Addresses of jobs that have to end well, in any way, or as a failure. An invocation's means all its jobs. */
export interface GivenNeeds {
  readonly after?: readonly string[] | undefined;
  readonly afterAny?: readonly string[] | undefined;
  readonly afterFailed?: readonly string[] | undefined;
}

/**
 * `directory` is where the job runs, whose repository has to be theirs. Throws `NO_MATCH`, `AMBIGUOUS`, and `BAD_NEEDS` where
 * one is of another repository or they are too many.
 */
export function resolveNeeds(given: GivenNeeds, directory: string, state?: string): AskedNeed[] {
  const wanted = WAYS.flatMap(([way, end]) => (given[way] ?? []).map(text => ({text, end})));
  if (wanted.length === 0) return [];
  if (wanted.length > MOST_NEEDS)
    throw new StintError('BAD_NEEDS', `A job can wait for ${MOST_NEEDS} others, not for ${wanted.length}.`);
  const place = openReadingPlace(() => directory, state);
  try {
    return wanted.flatMap(({text, end}) => {
      const {jobs} = resolveToAct(place, parseAddress(text));
      return jobs.map(job => {
        const {repo, invocation, name} = keyOfListed(job);
        refuseElsewhere(repo, place.repoId, addressText(invocation, name));
        return {invocation, name, end};
      });
    });
  } finally {
    place.reader?.close();
  }
}

const WAYS: readonly (readonly [keyof GivenNeeds, NeedEnd])[] = [
  ['after', 'completed'],
  ['afterAny', 'ended'],
  ['afterFailed', 'failed'],
];

function refuseElsewhere(repo: RepoId, here: RepoId | undefined, address: string): void {
  if (repo === here) return;
  throw new StintError('BAD_NEEDS', `${visible(address)} is a job of another repository.`, {
    hint: 'A job can wait for jobs of its own repository, in any of its worktrees.',
  });
}
