import {didYouMean, StintError} from '../../base/index.ts';
import {checkTopic, type EventLog, type TopicInfo} from '../../event-log/index.ts';

/** A log and a topic that is in it. Throws `NO_MATCH` where there is none, with those that may have been meant. */
export async function knownTopic(
  log: EventLog | undefined,
  topic: string,
): Promise<{readonly log: EventLog; readonly info: TopicInfo}> {
  checkTopic(topic);
  const topics = (await log?.topics()) ?? [];
  const info = topics.find(each => each.topic === topic);
  if (log !== undefined && info !== undefined) return {log, info};
  throw unknownTopic(
    topic,
    topics.map(each => each.topic),
  );
}

function unknownTopic(topic: string, names: readonly string[]): StintError {
  const others = names.length === 0 ? '' : 'Run: stint events topics';
  return new StintError('NO_MATCH', `There is no topic ${topic}.`, {
    hint: didYouMean(topic, names) || others || `Nothing was appended yet. Run: stint events append ${topic}`,
  });
}
