/** From what a person typed to the jobs that it means, with a word on stderr about which were chosen. */
import {StintError} from '../../base/index.ts';
import {type Address, parseAddress} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {candidateLines, type ReadingPlace, type Resolve} from '../../jobs/index.ts';
import type {ValuesOf} from '../command.ts';
import type {ADDRESS_OPTIONS} from '../definitions/shared.ts';
import {say} from '../output/write.ts';

type AddressOptions = ValuesOf<typeof ADDRESS_OPTIONS>;

/** The jobs that an operand, or `--job`, `--inv` and `--worktree`, mean. Throws `USAGE`, and what `resolve` does. */
export function namedJobs(
  resolve: Resolve,
  place: ReadingPlace,
  operand: string | undefined,
  options: AddressOptions,
): readonly ListedJob[] {
  const address = addressOf(operand, options);
  const {jobs, isElsewhere, leftAlone} = resolve(place, address);
  if (isElsewhere)
    sayJobs(`${address.text} did not run in this worktree. Meant is its newest run elsewhere:`, jobs);
  if (leftAlone.length > 0) sayJobs('Left alone, because not of this worktree:', leftAlone);
  return jobs;
}

function sayJobs(words: string, jobs: readonly ListedJob[]): void {
  say(words, candidateLines(jobs, false));
}

/** Throws `USAGE` when nothing is named, or both ways. */
export function addressOf(
  operand: string | undefined,
  {job, inv: invocation, worktree}: AddressOptions,
): Address {
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
