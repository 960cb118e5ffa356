/** Events and recorded sessions that happened long ago, in the state directory of a sandbox. */
import {readdirSync, utimesSync} from 'node:fs';
import {join} from 'node:path';

import {openJsonlSink} from '../../src/agent-events/index.ts';
import {type EventLogOptions, openEventLog} from '../../src/event-log.ts';
import type {Sandbox} from './sandbox.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The logs that are in a state directory. */
export function logOf(sandbox: Sandbox, backend: 'sqlite' | 'file' = 'sqlite'): EventLogOptions {
  return backend === 'sqlite'
    ? {backend, path: join(sandbox.state, 'events.db')}
    : {backend, directory: join(sandbox.state, 'events')};
}

/** Appends an event of about a kilobyte for each of these ages. In files they are as old as the newest of them. */
export async function oldEvents(
  sandbox: Sandbox,
  topic: string,
  daysAgo: readonly number[],
  backend?: 'sqlite' | 'file',
): Promise<void> {
  const log = await openEventLog(logOf(sandbox, backend));
  const entries = daysAgo.map(days => {
    return {kind: 'k', payload: 'x'.repeat(1000), occurred_at_ms: Date.now() - days * DAY};
  });
  await log.appendMany(topic, entries);
  await log.close();
  if (backend === 'file')
    makeOlder(join(sandbox.state, 'events', 'topics', topic), 'log.', Math.min(...daysAgo));
}

/** A session in a file that was written so long ago; its path. */
export function oldSession(sandbox: Sandbox, sessionId: string, daysAgo: number): string {
  const directory = join(sandbox.state, 'sessions');
  const sink = openJsonlSink({directory, sessionId});
  sink.handleEvent({type: 'turn_start', session_id: sessionId, iteration: 0});
  sink.close();
  makeOlder(directory, `event_log-${sessionId}.`, daysAgo);
  return sink.path;
}

function makeOlder(directory: string, beginning: string, daysAgo: number): void {
  const seconds = (Date.now() - daysAgo * DAY) / 1000;
  for (const name of readdirSync(directory).filter(each => each.startsWith(beginning)))
    utimesSync(join(directory, name), seconds, seconds);
}
