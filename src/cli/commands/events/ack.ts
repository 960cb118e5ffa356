import {StintError, stringifyWellFormed} from '../../../base/index.ts';
import {checkConsumer} from '../../../event-log/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {EVENTS_ACK} from '../../definitions/events.ts';
import {knownTopic} from '../../events/known-topic.ts';
import {withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_ACK>;

/** Without an id it tells where the consumer is. */
export async function run(
  [topic = '', consumer = '', operand]: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  checkConsumer(consumer);
  const id = wholeNumber(operand, 'The id', 0, `stint events ack ${topic} ${consumer} 10`);
  const force = options.force === true;
  if (force && id === undefined)
    throw new StintError('USAGE', '--force needs an id: that to which the cursor goes back.');
  return await withExistingLog(options, async opened => {
    const {log, info} = await knownTopic(opened, topic);
    const cursor =
      id === undefined
        ? await log.consumerCursor(topic, consumer)
        : await log.ack(topic, consumer, id, {force});
    if (id !== undefined && cursor !== undefined && cursor > id)
      say(`the cursor goes forward only, so it stays where it was; --force puts it back to ${id}`);
    const {latest} = info;
    const told =
      cursor === undefined
        ? `${consumer} has acknowledged nothing of ${topic}`
        : `${consumer} is done with ${topic} up to ${cursor} of ${latest}`;
    const json = stringifyWellFormed({topic, consumer, cursor: cursor ?? null, latest});
    answers.write(`${options.json ? json : told}\n`, told);
    return EXIT.done;
  });
}
