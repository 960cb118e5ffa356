import type {Context, OptionsOf} from '../../command.ts';
import {meantKeys} from '../../command-line/meant-keys.ts';
import type {PIN} from '../../definitions/jobs.ts';
import {pinJobs} from '../../pruning/pin-jobs.ts';

export function run(
  operands: readonly string[],
  options: OptionsOf<typeof PIN>,
  {cwd, answers}: Context,
): Promise<number> {
  const keys = meantKeys(operands, options, cwd, {isHarmless: true});
  return pinJobs(keys, {pinned: true, asJson: options.json === true}, answers);
}
