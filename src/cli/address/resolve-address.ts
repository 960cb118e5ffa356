/** From what a person typed to the jobs that it means: in this repository first, by an invocation's id anywhere. */
import {type RepoId, StintError} from '../../base/index.ts';
import {
  type Address,
  type Addressable,
  type Match,
  matchAddress,
  parseAddress,
} from '../../coordinator/domain/index.ts';
import {JobReader, type ListedJob, reposWithInvocation} from '../../coordinator/reader/index.ts';
import type {ReadingPlace} from '../../jobs/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {ListedRow} from '../../store/index.ts';
import type {Options} from '../command.ts';
import {didYouMean} from '../command-line/near-names.ts';
import {text} from '../command-line/option-values.ts';
import {visible} from '../output/visible.ts';
import {candidateLines} from './candidate-lines.ts';
import {sayOtherWorktree} from './other-worktrees.ts';

export interface Candidate extends Addressable {
  readonly row: ListedRow;
  readonly reader: JobReader;
}

/**
 * The jobs that an operand, or `--job`, `--inv` and `--worktree`, mean to a command that reads. Says so where a name means
 * a job of another worktree. Throws `NO_MATCH` or `AMBIGUOUS`.
 */
export function resolveJobs(place: ReadingPlace, operand: string | undefined, options: Options): ListedJob[] {
  const address = addressOf(operand, options);
  const match = matchAddress(address, candidatesHere(place, address), place.here);
  const found = match.kind === 'none' ? matchElsewhere(place, address) : match;
  const jobs = jobsOf(place, address, found);
  if (found.kind === 'jobs' && found.isElsewhere) sayOtherWorktree(address, jobs);
  return jobs;
}

/** The jobs of a match. Throws `NO_MATCH` or `AMBIGUOUS`, and `CWD_NOT_FOUND` where there is no place for a name to be looked up. */
export function jobsOf({lost, reader}: ReadingPlace, address: Address, found: Match<Candidate>): ListedJob[] {
  switch (found.kind) {
    case 'jobs':
      return found.jobs.map(({row, reader}) => reader.look(row));
    case 'ambiguous':
      throw ambiguous(address, found);
    case 'none':
      if (lost !== undefined && address.invocation === undefined) throw lost;
      throw new StintError('NO_MATCH', `No job matches ${address.text}.`, {
        hint:
          (address.job === address.text && didYouMean(address.text, reader?.names() ?? [])) ||
          'Run: stint ls   (a job of another repository is found by its invocation id)',
      });
  }
}

/** The shortest text that names this job and no other one, wherever it is used. */
export function addressText(invocation: string, name: string): string {
  return /[:@]/.test(name) || name !== name.trim() ? invocation : `${invocation}:${name}`;
}

/** Throws `USAGE` when nothing is named, or both ways. */
export function addressOf(operand: string | undefined, options: Options): Address {
  const [job, invocation, worktree] = ['job', 'inv', 'worktree'].map(name => text(options, name));
  const given = [worktree, invocation, job].filter(part => part !== undefined).join(':');
  if (operand !== undefined && given !== '') {
    throw new StintError(
      'USAGE',
      `Give either an address (${operand}) or --job, --inv and --worktree, not both.`,
    );
  }
  if (operand !== undefined) return parseAddress(operand);
  if (given === '')
    throw new StintError('USAGE', 'No job was named.', {
      hint: 'Give an address, for example: stint status 3fa9:test   (stint ls shows them)',
    });
  return {
    text: given,
    ...(job === undefined ? {} : {job}),
    ...(invocation === undefined ? {} : {invocation}),
    ...(worktree === undefined ? {} : {worktree}),
  };
}

/** Of the current repository. */
export function candidatesHere({reader}: ReadingPlace, address: Address): Candidate[] {
  return reader === undefined ? [] : candidatesOf(reader, address);
}

/** A job of no worktree counts as one of the place of its repository: outside git that is the directory. */
function candidatesOf(reader: JobReader, address: Address): Candidate[] {
  const place = reader.place ?? null;
  const onlyWorktree = address.invocation === undefined && address.job === undefined;
  const rows = onlyWorktree
    ? reader.list('all').map(({row}) => row)
    : reader.candidates(address.invocation ?? '', address.job ?? '');
  return rows.map(row => ({
    invocation: row.invocation_id,
    name: row.name,
    attempt: row.attempt,
    worktree: row.worktree ?? place,
    branch: row.branch,
    row,
    reader,
  }));
}

/** In all other repositories, by the invocation. */
export function matchElsewhere({state, repoId}: ReadingPlace, address: Address): Match<Candidate> {
  const prefix = address.invocation;
  if (state === undefined || prefix === undefined) return {kind: 'none'};
  const others = reposWithInvocation(state, prefix).filter((id: RepoId) => id !== repoId);
  const failures: unknown[] = [];
  const candidates = others.flatMap(id => {
    try {
      const reader = JobReader.open(state, id, systemClock);
      return reader === undefined ? [] : candidatesOf(reader, {text: address.text, invocation: prefix});
    } catch (error) {
      failures.push(error); // it matters only when no other one has the job
      return [];
    }
  });
  const match = matchAddress(address, candidates);
  if (match.kind === 'none' && failures.length > 0) throw failures[0];
  return match;
}

function ambiguous(
  {text: given, attempt}: Address,
  {candidates, isElsewhere}: Extract<Match<Candidate>, {kind: 'ambiguous'}>,
): StintError {
  const jobs = candidates.map(({row, reader}) => reader.look(row));
  const lines = candidateLines(jobs, attempt !== undefined);
  return isElsewhere
    ? new StintError('AMBIGUOUS', `${visible(given)} did not run in this worktree.`, {
        hint: ['If one that is elsewhere is meant, use its address:', ...lines].join('\n'),
      })
    : new StintError('AMBIGUOUS', `${visible(given)} means more than one job.`, {
        hint: ['Use one of:', ...lines].join('\n'),
      });
}
