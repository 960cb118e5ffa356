/** From what a person typed to the jobs that it means: in this repository first, by an invocation's id anywhere. */
import {type RepoId, StintError} from '../base/index.ts';
import {JobReader, type ListedJob, reposWithInvocation} from '../coordinator/adapters/index.ts';
import {
  type Address,
  type Addressable,
  type Match,
  matchAddress,
  parseAddress,
} from '../coordinator/domain/index.ts';
import {systemClock} from '../platform/index.ts';
import type {ListedRow} from '../store/index.ts';
import type {Options} from './command.ts';
import {text} from './option-values.ts';
import {visible} from './output/visible.ts';
import type {ReadingPlace} from './repo.ts';

interface Candidate extends Addressable {
  readonly row: ListedRow;
  readonly reader: JobReader;
}

/** The jobs that an operand, or `--job`, `--inv` and `--worktree`, mean. Throws `NO_MATCH` or `AMBIGUOUS`. */
export function resolveJobs(place: ReadingPlace, operand: string | undefined, options: Options): ListedJob[] {
  const address = addressOf(operand, options);
  const here = place.reader === undefined ? [] : candidatesOf(place.reader, address);
  const match = matchAddress(address, here, place.here);
  const found = match.kind === 'none' ? matchElsewhere(place, address) : match;
  switch (found.kind) {
    case 'jobs':
      return found.jobs.map(({row, reader}) => reader.look(row));
    case 'ambiguous':
      throw ambiguous(address, found.candidates);
    case 'none':
      throw new StintError('NO_MATCH', `No job matches ${address.text}.`, {
        hint: 'Run: stint ls   (a job of another repository is found by its invocation id)',
      });
  }
}

/** The shortest text that names this job and no other one, wherever it is used. */
export function addressText(invocation: string, name: string): string {
  return /[:@]/.test(name) || name !== name.trim() ? invocation : `${invocation}:${name}`;
}

function addressOf(operand: string | undefined, options: Options): Address {
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

function candidatesOf(reader: JobReader, address: Address): Candidate[] {
  const onlyWorktree = address.invocation === undefined && address.job === undefined;
  const rows = onlyWorktree
    ? reader.list('all').map(({row}) => row)
    : reader.candidates(address.invocation ?? '', address.job ?? '');
  return rows.map(row => ({
    invocation: row.invocation_id,
    name: row.name,
    attempt: row.attempt,
    worktree: row.worktree,
    branch: row.branch,
    row,
    reader,
  }));
}

function matchElsewhere({state, repoId}: ReadingPlace, address: Address): Match<Candidate> {
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

function ambiguous({text: given}: Address, candidates: readonly Candidate[]): StintError {
  const lines = candidates.slice(0, 20).map(({invocation, name, row}) => {
    return `${addressText(invocation, name)}  ${row.status}  ${new Date(row.created_at).toISOString()}  ${visible(row.command)}`;
  });
  const more = candidates.length > lines.length ? [`and ${candidates.length - lines.length} more`] : [];
  return new StintError('AMBIGUOUS', `${given} means more than one job.`, {
    hint: ['Use one of:', ...lines, ...more].join('\n'),
  });
}
