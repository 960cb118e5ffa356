import {StintError} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {findStateDirectory} from '../../platform/index.ts';
import {sayLeft} from '../cancel-report.ts';
import type {Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {duration, flag, text} from '../option-values.ts';
import {out, say} from '../output/write.ts';

const DEFAULT_GRACE_MS = 10_000;

export async function run(_operands: readonly string[], options: Options): Promise<number> {
  if (flag(options, 'cancel') && flag(options, 'leave'))
    throw new StintError('USAGE', 'Give either --cancel or --leave, not both.');
  const grace_ms = (await duration(text(options, 'grace'), '--grace')) ?? DEFAULT_GRACE_MS;
  const state = findStateDirectory();
  const client = state === undefined ? undefined : new Client({state, notify: say});
  const health = await client?.health();
  if (client === undefined || health === undefined) {
    if (options.json) out(`${JSON.stringify({was_running: false, left_running: 0, cancelled: 0})}\n`);
    else say('no coordinator is running');
    return EXIT.done;
  }
  try {
    const {ending = 0} = health;
    if (ending > 0)
      say(`waiting until what was cancelled is gone: ${ending === 1 ? 'a job' : `${ending} jobs`}`);
    const {
      left_running,
      cancelled,
      left = [],
    } = await client.shutdown({
      cancel: flag(options, 'cancel'),
      graceMs: grace_ms,
    });
    if (options.json) {
      const told = {was_running: true, left_running, cancelled, ...(left.length === 0 ? {} : {left})};
      out(`${JSON.stringify(told)}\n`);
    } else {
      const ended = cancelled > 0 ? `${cancelled} cancelled, ` : '';
      say(`the coordinator has left; ${ended}${left_running} jobs go on without it`);
      sayLeft(left);
    }
    return left.length > 0 ? EXIT.failed : EXIT.done;
  } finally {
    client.close();
  }
}
