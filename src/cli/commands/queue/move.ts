import {codeOf, type JobKey, StintError, stringifyWellFormed, visible} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import type {QueueEnd} from '../../../coordinator/domain/index.ts';
import {addressText, resolveToAct} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {meantKeys} from '../../command-line/meant-keys.ts';
import type {MOVE} from '../../definitions/queue.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof MOVE>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  const to = endOf(options);
  const keys = meantKeys(operands, options, cwd, {resolve: resolveToAct});
  const client = new Client({notify: say});
  try {
    const moved = [];
    // The last that is moved to the head stands before the others there.
    for (const key of to === 'first' ? keys.toReversed() : keys)
      moved.push({...key, position: await move(client, key, to)});
    if (to === 'first') moved.reverse();
    const lines = moved.map(({invocation, name, position}) => {
      const where = position === 1 ? 'the next to start' : `number ${position} of those that wait`;
      return `${visible(addressText(invocation, name))} is ${where}\n`;
    });
    const jobs = moved.map((key, at) => ({
      ...key,
      position: to === 'first' ? key.position + at : key.position,
    }));
    answers.write(options.json ? `${stringifyWellFormed({jobs}, 2)}\n` : lines.join(''), 'It was moved');
    return EXIT.done;
  } finally {
    client.close();
  }
}

function endOf({first, last}: Options): QueueEnd {
  if (first !== last) return first ? 'first' : 'last';
  throw new StintError('USAGE', 'Say where: --first or --last.', {
    hint: 'For example: stint move npm-test --first',
  });
}

async function move(client: Client, job: JobKey, to: QueueEnd): Promise<number> {
  try {
    return (await client.request('MoveJob', {job, to})).position;
  } catch (error) {
    if (codeOf(error) !== 'BAD_REQUEST') throw error;
    throw new StintError('BAD_REQUEST', 'The coordinator is of an earlier version and moves no jobs.', {
      hint: 'Run: stint shutdown   (jobs go on), and then the same again.',
    });
  }
}
