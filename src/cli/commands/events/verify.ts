import {counted, plural, stringifyWellFormed} from '../../../base/index.ts';
import type {EventLog, Verification} from '../../../event-log/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {EVENTS_VERIFY} from '../../definitions/events.ts';
import {knownTopic} from '../../events/known-topic.ts';
import {withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {green, red} from '../../output/style.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_VERIFY>;

interface Verified {
  readonly topic: string;
  readonly found: Verification;
}

/** Every topic that is named, or all. A topic is told of as soon as it is looked at, unless they are one JSON value. */
export async function run(topics: readonly string[], options: Options, {answers}: Context): Promise<number> {
  const asJson = options.json === true;
  const all = await withExistingLog(options, async log => {
    const verified: Verified[] = [];
    for (const topic of await topicsOf(log, topics)) {
      if (log === undefined) break;
      const each = {topic, found: await log.verify(topic)};
      verified.push(each);
      if (!asJson) answers.write(described(each));
    }
    return verified;
  });
  if (asJson) answers.write(`${stringifyWellFormed(all.map(toJson), 2)}\n`);
  else if (all.length === 0) say('there are no topics yet');
  return all.every(({found}) => found.ok) ? EXIT.done : EXIT.failed;
}

async function topicsOf(log: EventLog | undefined, named: readonly string[]): Promise<readonly string[]> {
  if (named.length === 0) return ((await log?.topics()) ?? []).map(({topic}) => topic);
  for (const topic of named) await knownTopic(log, topic);
  return [...new Set(named)];
}

function described({topic, found}: Verified): string {
  if (found.ok) {
    const how = found.chained ? 'all there and as they were appended' : 'all there; not chained';
    return `${green('ok     ')}  ${topic}: ${counted(found.checked, 'entry', 'entries')}, ${how}\n`;
  }
  return `${red('PROBLEM')}  ${topic}: entry ${found.id}: ${found.reason} (${counted(found.checked, 'entry', 'entries')} before it ${plural(found.checked, 'is', 'are')} whole)\n`;
}

function toJson({topic, found}: Verified) {
  const {ok, checked, chained} = found;
  return {
    topic,
    ok,
    checked,
    chained,
    id: found.ok ? null : found.id,
    reason: found.ok ? null : found.reason,
  };
}
