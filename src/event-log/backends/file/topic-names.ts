import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {hasCode, pathComponent} from '../../../base/index.ts';
import {readPrivate} from '../../../platform/index.ts';
import {damaged} from './damage.ts';
import {parseState} from './state-file.ts';
import {topicsDirectory} from './topic-paths.ts';

/** The names of the topics that are there, ascending. A directory is a topic's once there is a state in it that says so. */
export function topicNames(directory: string): string[] {
  const topics = topicsDirectory(directory);
  const names: string[] = [];
  for (const component of componentsIn(topics)) {
    const file = join(topics, component, 'state.json');
    const text = readPrivate(file);
    if (text === undefined) continue; // about to be made, or not one of ours
    const topic = parseState(text)?.topic;
    if (topic === undefined) throw damaged(file, 'it is not the state of a topic');
    // A directory that somebody copied is not the topic that is told in it.
    if (pathComponent(topic) === component) names.push(topic);
  }
  return names.sort((a, b) => (a < b ? -1 : 1));
}

function componentsIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
