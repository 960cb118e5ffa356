/**
 * Recorded sessions and topics in a state directory: `events.db`, `events/` and `sessions/`, whichever are there. Logs that lie
 * elsewhere are their owners'. Nothing is made where there is none. What goes is removed as its owner would: by the compaction
 * of the log, or under the lock of the session; so readers are told of the gap, and the next pass finishes what a kill left.
 */
import {basename, join} from 'node:path';

import {
  listSessions,
  refuseForeignSession,
  removeSession,
} from '../../../agent-events/session-files/index.ts';
import {isSessionTopic} from '../../../agent-events/topics/index.ts';
import {hasCode, messageOf} from '../../../base/index.ts';
import type {StoredLog} from '../../../event-log/index.ts';
import {insideState} from '../../../platform/index.ts';
import type {KeptTopic, TopicCut} from '../../domain/index.ts';
import type {CutReport, EventsThere, FailedRemoval, KeptEvents} from '../../ports/index.ts';
import {Breather} from '../pruning/breather.ts';
import {readLastPrune, writeLastEvents} from './last-prune.ts';

export function keptEvents(state: string): KeptEvents {
  return {
    limits: async () => (await eventLog()).eventLimits(),
    lookAround: () => lookAtEvents(state),
    cut: cuts => cutEvents(state, cuts),
    lastPass: () => readLastPrune(state).events,
    record: pass => writeLastEvents(state, pass),
  };
}

/** All that there is. Writes nothing. */
export async function lookAtEvents(state: string): Promise<EventsThere> {
  const topics: KeptTopic[] = [];
  const failed: FailedRemoval[] = [];
  for (const log of LOGS) {
    await withLog(state, log, failed, async (opened, place) => {
      for (const {topic} of await opened.topics()) {
        const slices = await tried(failed, topicPath(state, {place, topic}), () => opened.slices(topic));
        if (slices !== undefined) topics.push({place, topic, isSession: isSessionTopic(topic), slices});
      }
    });
  }
  await tried(failed, join(state, SESSIONS), async () => topics.push(...(await sessionsIn(state, failed))));
  return {topics, failed};
}

/** Sessions in files, where no log could be opened. Each goes as a whole. */
async function sessionsIn(state: string, failed: FailedRemoval[]): Promise<KeptTopic[]> {
  const topics: KeptTopic[] = [];
  const breather = new Breather();
  for (const {path, bytes, newestMs} of listSessions(insideState(state, SESSIONS))) {
    await breather.breathe();
    await tried(failed, path, () => {
      refuseForeignSession(path);
      const slices = [{upTo: 1, bytes, newestMs}];
      topics.push({place: SESSIONS, topic: basename(path), isSession: true, slices});
    });
  }
  return topics;
}

async function cutEvents(state: string, cuts: readonly TopicCut[]): Promise<CutReport> {
  const done: TopicCut[] = [];
  const failed: FailedRemoval[] = [];
  for (const log of LOGS) {
    const place = (await eventLog()).IN_STATE[log];
    const own = cuts.filter(cut => cut.place === place);
    if (own.length > 0) await withLog(state, log, failed, opened => compactAll(opened, own));
  }
  for (const cut of cuts.filter(({place}) => place === SESSIONS)) {
    const path = topicPath(state, cut);
    await tried(failed, path, () => {
      removeSession(path);
      done.push(cut);
    });
  }
  return {done, failed};

  async function compactAll(opened: StoredLog, own: readonly TopicCut[]): Promise<void> {
    for (const cut of own) {
      await tried(failed, topicPath(state, cut), async () => {
        await opened.compact(cut.topic, cut.upTo);
        done.push(cut);
      });
    }
  }
}

const LOGS = ['sqlite', 'file'] as const;
const SESSIONS = 'sessions';

/** Loaded when it is needed: who looks at jobs is not to wait for it. */
const eventLog = () => import('../../../event-log/index.ts');

async function withLog(
  state: string,
  log: (typeof LOGS)[number],
  failed: FailedRemoval[],
  use: (opened: StoredLog, place: string) => Promise<void>,
): Promise<void> {
  const {IN_STATE, openKeptLog} = await eventLog();
  const place = IN_STATE[log];
  await tried(failed, join(state, place), async () => {
    const opened = openKeptLog(state, log);
    try {
      if (opened !== undefined) await use(opened, place);
    } finally {
      await opened?.close();
    }
  });
}

/** What cannot be used is told, and keeps nothing from the others. */
async function tried<T>(
  failed: FailedRemoval[],
  path: string,
  use: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await use();
  } catch (error) {
    const reason = hasCode(error, 'BUSY') ? 'somebody else is using it' : messageOf(error);
    failed.push({path, reason});
    return undefined;
  }
}

/** As it is told; of a topic in a database there is no such file. */
function topicPath(state: string, {place, topic}: Pick<TopicCut, 'place' | 'topic'>): string {
  return join(state, place, topic);
}
