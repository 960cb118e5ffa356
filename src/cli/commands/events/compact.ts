import {StintError, stringifyWellFormed} from '../../../base/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {EVENTS_COMPACT} from '../../definitions/events.ts';
import {knownTopic} from '../../events/known-topic.ts';
import {withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_COMPACT>;

export async function run(
  [topic = '', operand]: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  const upTo = wholeNumber(operand, 'The id', 0, `stint events compact ${topic} 10`);
  const keep = wholeNumber(options.keep, '--keep', 0);
  if ((upTo === undefined) === (keep === undefined)) {
    throw new StintError('USAGE', 'Give either the id up to which entries go away, or --keep.', {
      hint: 'For example: stint events compact builds --keep 1000',
    });
  }
  return await withExistingLog(options, async opened => {
    const {log, info} = await knownTopic(opened, topic);
    if (upTo !== undefined && upTo > info.latest)
      throw new StintError(
        'USAGE',
        `There is no entry ${upTo} in ${topic}: the newest one is ${info.latest}.`,
      );
    const report = await log.compact(topic, upTo ?? Math.max(0, info.latest - (keep ?? 0)));
    const {removed, remaining, latest, checkpointed} = report;
    const told = `${removed} removed, ${remaining} left; the newest id is ${latest}`;
    answers.write(`${options.json ? stringifyWellFormed(report) : told}\n`, told);
    if (!checkpointed) say('the room was not given back to the disk yet, because somebody is reading');
    return EXIT.done;
  });
}
