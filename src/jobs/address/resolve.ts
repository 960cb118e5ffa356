/**
 * From an address to the jobs that it means: in this repository first, by an invocation's id anywhere. Who reads may guess;
 * who acts may not. Nothing is said here: what a person should hear of the choice comes with the jobs.
 */
import {didYouMean, StintError, visible} from '../../base/index.ts';
import {type Address, isEnded, type Match, matchAddress, matchToAct} from '../../coordinator/domain/index.ts';
import type {JobReader, ListedJob} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../place.ts';
import {candidateLines} from './address-text.ts';
import {type Candidate, candidatesHere, matchElsewhere} from './candidates.ts';
import {type RemovedJob, removedJob} from './removed-job.ts';

/** The jobs that an address means, and what a person should hear of the choice. */
export interface MeantJobs {
  readonly jobs: readonly ListedJob[];
  /** No such job ever ran in the current worktree: these are of another one. */
  readonly isElsewhere: boolean;
  /** Of other worktrees: these have not ended, which those that are meant have. */
  readonly leftAlone: readonly ListedJob[];
}

/**
 * Each of these throws `NO_MATCH`, `AMBIGUOUS` with the addresses of what could be meant, and `CWD_NOT_FOUND` where there is no
 * place for a name to be looked up.
 */
export type Resolve = (place: ReadingPlace, address: Address) => MeantJobs;

/** The jobs that are meant to who only reads: by a name its newest run, in this worktree if it ever ran here. */
export const resolveToRead: Resolve = (place, address) =>
  resolved(place, address, opened => {
    const here = matchAddress(address, candidatesHere(place, address), place.here);
    return here.kind === 'none' ? matchElsewhere(place, address, opened) : here;
  });

/**
 * The jobs that are meant to who acts on them: by a name the one that has not ended in this worktree, or if there is none,
 * one that has. Several, or such only in another worktree, are ambiguous.
 */
export const resolveToAct: Resolve = (place, address) =>
  resolved(place, address, opened => matchActing(place, address, opened));

/**
 * The jobs of which what they left behind is meant: as above, but one that has ended is acted on as well, so a name does not
 * mean one of another worktree.
 */
export const resolveEnded: Resolve = (place, address) =>
  resolved(place, address, opened => {
    const match = matchActing(place, address, opened);
    const isGuess = match.kind === 'jobs' && match.isElsewhere === true;
    return isGuess ? {kind: 'ambiguous', candidates: match.jobs, isElsewhere: true} : match;
  });

function matchActing(place: ReadingPlace, address: Address, opened: JobReader[]): Match<Candidate> {
  const candidates = candidatesHere(place, address).map(each => ({...each, hasEnded: hasEnded(each)}));
  const here: Match<Candidate> = matchToAct(address, candidates, place.here);
  return here.kind === 'none' ? surelyElsewhere(address, matchElsewhere(place, address, opened)) : here;
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

function resolved(
  place: ReadingPlace,
  address: Address,
  match: (opened: JobReader[]) => Match<Candidate>,
): MeantJobs {
  const opened: JobReader[] = [];
  try {
    const found = match(opened);
    if (found.kind === 'ambiguous')
      throw ambiguous(address, found.candidates.map(looked), found.isElsewhere === true);
    if (found.kind === 'none')
      throw place.lost !== undefined && address.invocation === undefined
        ? place.lost
        : noMatch(address, place);
    const {jobs, isElsewhere = false, others = []} = found;
    return {jobs: jobs.map(looked), isElsewhere, leftAlone: others.map(looked)};
  } finally {
    for (const each of opened) each.close();
  }
}

function looked({row, reader}: Candidate): ListedJob {
  return reader.look(row);
}

function noMatch(address: Address, place: ReadingPlace): StintError {
  const {text, job, invocation} = address;
  const removed = removedJob(place, address);
  if (removed !== undefined)
    return new StintError('NO_MATCH', `No job matches ${text}: ${removedText(removed)}.`, {
      details: {removed: removed.address ?? null, removed_at_ms: removed.at ?? null},
      hint: 'What was removed cannot be read any more; stint pin keeps a job for good. Run: stint ls   (what there is)',
    });
  const isWhole = invocation?.length === INVOCATION_DIGITS;
  return new StintError('NO_MATCH', `No job matches ${text}${isWhole ? UNKNOWN : ''}.`, {
    hint:
      (job === text && didYouMean(text, place.reader?.names() ?? [])) ||
      'Run: stint ls   (a job of another repository is found by its invocation id)',
  });
}

/** Nobody makes up a whole id. */
const UNKNOWN = ': it was removed, nobody remembers when, or is of another machine or state directory';

function removedText({address, at}: RemovedJob): string {
  const what = address === undefined ? 'the last one of that name' : visible(address);
  return `${what} was removed${at === undefined ? ', nobody knows when' : ` at ${new Date(at).toISOString()}`}`;
}

function ambiguous({text, attempt}: Address, jobs: readonly ListedJob[], areElsewhere: boolean): StintError {
  const [what, advice] = areElsewhere
    ? ['did not run in this worktree', 'If one that is elsewhere is meant, use its address:']
    : ['means more than one job', 'Use one of:'];
  const lines = candidateLines(jobs, attempt !== undefined);
  return new StintError('AMBIGUOUS', `${visible(text)} ${what}.`, {hint: [advice, ...lines].join('\n')});
}
