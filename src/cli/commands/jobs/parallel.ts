import {counted, plural, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {PARALLEL} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof PARALLEL>;

export async function run(
  operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  const wanted = wholeNumber(operands[0], 'N', 1, 'stint parallel 10');
  if (wanted !== undefined && wanted > MOST)
    throw new StintError('USAGE', `${wanted} jobs at once are too many: at most ${MOST}.`);
  const client = new Client({notify: say});
  try {
    if (wanted !== undefined) await client.request('SetParallel', {parallel: wanted});
    const told = await client.request('GetParallel', {});
    const {parallel, running, queued} = told;
    answers.write(
      options.json ? `${stringifyWellFormed(told)}\n` : `${parallel}\n`,
      wanted === undefined
        ? undefined
        : `At most ${counted(parallel, 'job')} ${plural(parallel, 'runs', 'run')} at once now`,
    );
    if (!options.json && queued) say(`${running} run and ${queued} wait, of all directories`);
    return EXIT.done;
  } finally {
    client.close();
  }
}

const MOST = 10_000;
