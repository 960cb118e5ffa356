/** From what a person typed to the jobs that it means to a command that acts on them: nothing is guessed. */

import {type Address, isEnded, type Match, matchToAct} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../../jobs/index.ts';
import type {Options} from '../command.ts';
import {sayOthers, sayOtherWorktree} from './other-worktrees.ts';
import {addressOf, type Candidate, candidatesHere, jobsOf, matchElsewhere} from './resolve-address.ts';

/**
 * The jobs that an operand, or `--job`, `--inv` and `--worktree`, mean: by a name the one that has not ended in this
 * worktree, or if there is none, one that has. Throws `NO_MATCH`, and `AMBIGUOUS` where it could be several or is in
 * another worktree, with their addresses.
 */
export function resolveToAct(
  place: ReadingPlace,
  operand: string | undefined,
  options: Options,
): ListedJob[] {
  const {address, found} = lookUp(place, operand, options);
  const jobs = jobsOf(place, address, found);
  if (found.kind === 'jobs' && found.isElsewhere) sayOtherWorktree(address, jobs);
  if (found.kind === 'jobs' && found.others) sayOthers(found.others.map(({row, reader}) => reader.look(row)));
  return jobs;
}

/**
 * The jobs of which what they left behind is meant: as above, but one that has ended is acted on as well, so a name does not
 * mean one of another worktree.
 */
export function resolveEnded(
  place: ReadingPlace,
  operand: string | undefined,
  options: Options,
): ListedJob[] {
  const {address, here, found} = lookUp(place, operand, options);
  const isGuess = here.kind === 'jobs' && here.isElsewhere === true;
  return jobsOf(
    place,
    address,
    isGuess ? {kind: 'ambiguous', candidates: here.jobs, isElsewhere: true} : found,
  );
}

interface LookedUp {
  readonly address: Address;
  /** Of this repository. */
  readonly here: Match<Candidate>;
  /** The same, or where that is nothing what another repository has. */
  readonly found: Match<Candidate>;
}

function lookUp(place: ReadingPlace, operand: string | undefined, options: Options): LookedUp {
  const address = addressOf(operand, options);
  const candidates = candidatesHere(place, address).map(each => ({...each, hasEnded: hasEnded(each)}));
  const here: Match<Candidate> = matchToAct(address, candidates, place.here);
  const found = here.kind === 'none' ? surelyElsewhere(address, matchElsewhere(place, address)) : here;
  return {address, here, found};
}

/** Looked up in its directory where the row does not know of an end. */
function hasEnded({row, reader}: Candidate): boolean {
  return row.closed_at !== null || isEnded(reader.look(row).state);
}

/** A word that may be a name is not taken for the first digits of some invocation of another repository. */
function surelyElsewhere(address: Address, match: Match<Candidate>): Match<Candidate> {
  const isWhole = address.invocation?.length === INVOCATION_DIGITS;
  if (match.kind !== 'jobs' || !address.eitherWay || isWhole) return match;
  return {kind: 'ambiguous', candidates: match.jobs, isElsewhere: true};
}

const INVOCATION_DIGITS = 12;
