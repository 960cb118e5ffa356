/** Jobs that an address could mean, as their rows tell them. */
import type {RepoId} from '../../base/index.ts';
import {type Address, type Addressable, type Match, matchAddress} from '../../coordinator/domain/index.ts';
import {JobReader, reposWithInvocation} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {ListedRow} from '../../store/index.ts';
import type {ReadingPlace} from '../place.ts';
import {selectedRows} from '../select/selection.ts';

export interface Candidate extends Addressable {
  readonly row: ListedRow;
  readonly reader: JobReader;
}

/** Of the current repository. */
export function candidatesHere({reader, here}: ReadingPlace, address: Address): Candidate[] {
  return reader === undefined ? [] : candidatesOf(reader, address, here);
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
function candidatesOf(reader: JobReader, address: Address, here?: string): Candidate[] {
  const place = reader.place ?? null;
  return rowsFor(reader, address, here).map(row => ({
    invocation: row.invocation_id,
    name: row.name,
    attempt: row.attempt,
    worktree: row.worktree ?? place,
    branch: row.branch,
    row,
    reader,
  }));
}

function rowsFor(reader: JobReader, address: Address, here: string | undefined): readonly ListedRow[] {
  const {invocation, job} = address;
  if (invocation === undefined && job === undefined) return reader.list('all').map(({row}) => row);
  const byId = invocation === undefined ? [] : reader.candidates(invocation, '');
  // With an invocation a name only tells which of its jobs is meant, but where the one word may be either.
  const byName =
    job === undefined || (invocation !== undefined && !address.eitherWay)
      ? []
      : namesakes(reader, job, address, here);
  return inOrder([...byId, ...byName]);
}

/**
 * Of all that ever ran by a name, which may be much, those that can be meant: what is not closed, and the newest run here, in the worktree
 * that is named, and anywhere.
 */
function namesakes(
  reader: JobReader,
  name: string,
  {worktree, attempt}: Address,
  here: string | undefined,
): readonly ListedRow[] {
  const place = reader.place;
  const idsOf = (isHere: boolean): string[] => {
    const selection = {names: [name], worktree, here: isHere};
    const wanted = (rows: readonly ListedRow[]) =>
      selectedRows(rows, selection, {here, place}).filter(
        row => attempt === undefined || row.attempt === attempt,
      );
    const {invocations} = reader.newest({names: [name]}, wanted, {limit: 1, most: 0});
    return invocations.map(({id}) => id);
  };
  const ids = new Set([...idsOf(false), ...(here === undefined ? [] : idsOf(true))]);
  return [...reader.unfinished(), ...reader.of([...ids])].filter(row => row.name === name);
}

/** Each once, as lists have them. */
function inOrder(rows: readonly ListedRow[]): ListedRow[] {
  const once = new Map(rows.map(row => [JSON.stringify([row.invocation_id, row.name, row.attempt]), row]));
  return [...once.values()].sort((a, b) => b.invocation_number - a.invocation_number || a.number - b.number);
}
