import {counted, plural, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {Client, type Health} from '../../../coordinator/client/index.ts';
import {findCoordinator, isLockHeld, whoAsks} from '../../../jobs/index.ts';
import {findStateDirectory} from '../../../platform/index.ts';
import type {Answers, Context, OptionsOf} from '../../command.ts';
import {durationOrZero} from '../../command-line/option-values.ts';
import type {SHUTDOWN} from '../../definitions/upkeep.ts';
import {sayLeft} from '../../ending/cancel-report.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof SHUTDOWN>;

const DEFAULT_GRACE_MS = 10_000;

export async function run(
  _operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  if (options.cancel && options.leave === true)
    throw new StintError('USAGE', 'Give either --cancel or --leave, not both.');
  const grace_ms = (await durationOrZero(options.grace, '--grace')) ?? DEFAULT_GRACE_MS;
  const state = findStateDirectory();
  const client = state === undefined ? undefined : new Client({state, notify: say});
  const health = client && (await healthOf(client, options.json === true, answers));
  if (client === undefined || health === undefined) {
    if (options.json)
      answers.write(`${stringifyWellFormed({was_running: false, left_running: 0, cancelled: 0})}\n`);
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
      elsewhere = [],
    } = await client.shutdown({
      cancel: options.cancel === true,
      graceMs: grace_ms,
      askedBy: options.others ? undefined : (whoAsks() ?? undefined),
    });
    if (options.json) {
      const more = {...(left.length === 0 ? {} : {left}), ...(elsewhere.length === 0 ? {} : {elsewhere})};
      answers.write(`${stringifyWellFormed({was_running: true, left_running, cancelled, ...more})}\n`);
    } else {
      const ended = cancelled > 0 ? `${cancelled} cancelled, ` : '';
      const going = `${counted(left_running, 'job')} ${plural(left_running, 'goes', 'go')} on without it`;
      say(`the coordinator has left; ${ended}${going}`);
      sayLeft(left);
    }
    for (const {name, where} of elsewhere) say(`${name} runs ${where} and is left alone`);
    return left.length > 0 ? EXIT.failed : EXIT.done;
  } finally {
    client.close();
  }
}

/** One that holds the lock is there, whether it can be reached or not. */
async function healthOf(client: Client, asJson: boolean, answers: Answers): Promise<Health | undefined> {
  try {
    return await findCoordinator(client, PATIENCE_MS);
  } catch (error) {
    if (asJson && isLockHeld(client.state))
      answers.write(`${stringifyWellFormed({was_running: true, left_running: null, cancelled: 0})}\n`);
    throw error;
  }
}

/** A coordinator that starts takes over all jobs before it listens. */
const PATIENCE_MS = 10_000;
