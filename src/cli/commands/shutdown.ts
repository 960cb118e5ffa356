import {StintError, stringifyWellFormed} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {findStateDirectory} from '../../platform/index.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {duration, flag, text} from '../option-values.ts';
import {say} from '../output/write.ts';

const DEFAULT_GRACE_MS = 10_000;

export async function run(
  _operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  if (flag(options, 'cancel') && flag(options, 'leave'))
    throw new StintError('USAGE', 'Give either --cancel or --leave, not both.');
  const grace_ms = (await duration(text(options, 'grace'), '--grace')) ?? DEFAULT_GRACE_MS;
  const state = findStateDirectory();
  const client = state === undefined ? undefined : new Client({state, notify: say});
  if (client === undefined || (await client.health()) === undefined) {
    if (options.json)
      answers.write(`${stringifyWellFormed({was_running: false, left_running: 0, cancelled: 0})}\n`);
    else say('no coordinator is running');
    return EXIT.done;
  }
  try {
    const {left_running, cancelled} = await client.shutdown({
      cancel: flag(options, 'cancel'),
      graceMs: grace_ms,
    });
    if (options.json) answers.write(`${stringifyWellFormed({was_running: true, left_running, cancelled})}\n`);
    else
      say(
        `the coordinator has left; ${cancelled > 0 ? `${cancelled} cancelled, ` : ''}${left_running} jobs go on without it`,
      );
    return EXIT.done;
  } finally {
    client.close();
  }
}
