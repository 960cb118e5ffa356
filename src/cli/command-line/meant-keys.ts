import {type JobKey, keyText} from '../../base/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {openReadingPlace, type Resolve, refuseJobsOfOthers, resolveEnded, whoAsks} from '../../jobs/index.ts';
import type {ValuesOf} from '../command.ts';
import type {ADDRESS_OPTIONS} from '../definitions/shared.ts';
import {namedJobs} from './named-jobs.ts';

interface Acting {
  /** It does no harm to anybody. */
  readonly isHarmless?: boolean;
  /** What a name means. Default: its newest job that has ended. */
  readonly resolve?: Resolve;
}

/**
 * The jobs that operands, or `--job`, `--inv` and `--worktree`, mean to a command that acts on them; each once. Throws like
 * `namedJobs`, and `JOB_OF_OTHERS`.
 */
export function meantKeys(
  operands: readonly string[],
  options: ValuesOf<typeof ADDRESS_OPTIONS> & {readonly others?: true | boolean | undefined},
  cwd: () => string,
  {isHarmless = false, resolve = resolveEnded}: Acting = {},
): JobKey[] {
  const place = openReadingPlace(cwd);
  try {
    const named = operands.length === 0 ? [undefined] : operands;
    const jobs = named.flatMap(operand => namedJobs(resolve, place, operand, options));
    refuseJobsOfOthers(isHarmless || options.others ? null : whoAsks(), jobs);
    const keys = jobs.map(keyOfListed);
    return [...new Map(keys.map(key => [keyText(key), key])).values()];
  } finally {
    place.reader?.close();
  }
}
