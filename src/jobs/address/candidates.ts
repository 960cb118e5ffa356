/** Jobs that an address could mean, as their rows tell them. */
import type {RepoId} from '../../base/index.ts';
import {type Address, type Addressable, type Match, matchAddress} from '../../coordinator/domain/index.ts';
import {JobReader, reposWithInvocation} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {ListedRow} from '../../store/index.ts';
import type {ReadingPlace} from '../place.ts';

export interface Candidate extends Addressable {
  readonly row: ListedRow;
  readonly reader: JobReader;
}

/** Of the current repository. */
export function candidatesHere({reader}: ReadingPlace, address: Address): Candidate[] {
  return reader === undefined ? [] : candidatesOf(reader, address);
}

/** In all other repositories, by the invocation. The readers that are `opened` for that are the caller's to close. */
export function matchElsewhere(
  {state, repoId}: ReadingPlace,
  address: Address,
  opened: JobReader[],
): Match<Candidate> {
  const prefix = address.invocation;
  if (state === undefined || prefix === undefined) return {kind: 'none'};
  const others = reposWithInvocation(state, prefix).filter((id: RepoId) => id !== repoId);
  const failures: unknown[] = [];
  const candidates = others.flatMap(id => {
    try {
      const reader = JobReader.open(state, id, systemClock);
      if (reader === undefined) return [];
      opened.push(reader);
      return candidatesOf(reader, {text: address.text, invocation: prefix});
    } catch (error) {
      failures.push(error); // it matters only when no other one has the job
      return [];
    }
  });
  const match = matchAddress(address, candidates);
  if (match.kind === 'none' && failures.length > 0) throw failures[0];
  return match;
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
