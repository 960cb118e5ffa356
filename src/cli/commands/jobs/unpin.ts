import type {Context, OptionsOf} from '../../command.ts';
import {meantKeys} from '../../command-line/meant-keys.ts';
import type {UNPIN} from '../../definitions/jobs.ts';
import {pinJobs} from '../../pruning/pin-jobs.ts';

export function run(
  operands: readonly string[],
  options: OptionsOf<typeof UNPIN>,
  {cwd, answers}: Context,
): Promise<number> {
  const keys = meantKeys(operands, options, cwd);
  return pinJobs(keys, {pinned: false, asJson: options.json === true}, answers);
}
