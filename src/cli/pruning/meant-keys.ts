import {type JobKey, keyText} from '../../base/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {openReadingPlace, resolveEnded} from '../../jobs/index.ts';
import type {ValuesOf} from '../command.ts';
import {namedJobs} from '../command-line/named-jobs.ts';
import type {ADDRESS_OPTIONS} from '../definitions/shared.ts';

/** The jobs that operands, or `--job`, `--inv` and `--worktree`, mean to a command that acts on them; each once. Throws like `namedJobs`. */
export function meantKeys(
  operands: readonly string[],
  options: ValuesOf<typeof ADDRESS_OPTIONS>,
  cwd: () => string,
): JobKey[] {
  const place = openReadingPlace(cwd);
  try {
    const named = operands.length === 0 ? [undefined] : operands;
    const jobs = named.flatMap(operand => namedJobs(resolveEnded, place, operand, options));
    const keys = jobs.map(keyOfListed);
    return [...new Map(keys.map(key => [keyText(key), key])).values()];
  } finally {
    place.reader?.close();
  }
}
