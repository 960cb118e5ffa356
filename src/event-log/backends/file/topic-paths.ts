/** Where what belongs to a topic lies. */
import {join} from 'node:path';

import {pathComponent} from '../../../base/index.ts';

export interface TopicPaths {
  readonly directory: string;
  /** The journal of its entries. */
  readonly log: string;
  /** Fragments that were cut off the journal. */
  readonly torn: string;
  readonly lock: string;
  readonly state: string;
  readonly consumers: string;
}

/** What the directory of an event log holds; one without it is none. */
export const TOPICS = 'topics';

/** Below it every topic has a directory. */
export function topicsDirectory(directory: string): string {
  return join(directory, TOPICS);
}

/** `directory` is that of the event log. */
export function topicPaths(directory: string, topic: string): TopicPaths {
  const own = join(topicsDirectory(directory), pathComponent(topic));
  return {
    directory: own,
    log: join(own, 'log.jsonl'),
    torn: join(own, 'torn.jsonl'),
    lock: join(own, 'lock'),
    state: join(own, 'state.json'),
    consumers: join(own, 'consumers'),
  };
}

/** The file of a consumer's cursor. */
export function consumerPath({consumers}: TopicPaths, consumer: string): string {
  return join(consumers, `${pathComponent(consumer)}.json`);
}
