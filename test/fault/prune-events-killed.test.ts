/** A coordinator that is killed while it removes old sessions and events: what stays is whole, and the next pass finishes it. */
import {existsSync, mkdirSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {readSession} from '../../src/agent-events/index.ts';
import {openEventLog} from '../../src/event-log.ts';
import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {logOf, oldEvents, oldSession} from '../support/old-events.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  mkdirSync(sandbox.state, {mode: 0o700});
});
afterEach(() => sandbox.dispose());

const TOPICS = {STINT_TOPIC_RETENTION: '30d'};
const PRUNE = ['prune', '--all-repos', '--json'];
const POINTS: readonly (readonly [string, KillPoint])[] = [
  ['before the file of a session goes', {when: 'before', what: {removed: 'a.jsonl'}}],
  ['after it went', {when: 'after', what: {removed: 'a.jsonl'}}],
  ['before its lock goes', {when: 'before', what: {removed: 'a.jsonl.lock'}}],
  ['after that went', {when: 'after', what: {removed: 'a.jsonl.lock'}}],
  ['before a topic of files says what is gone', {when: 'before', what: {movedTo: 'builds/state.json'}}],
  ['after it said so', {when: 'after', what: {movedTo: 'builds/state.json'}}],
  ['before it is noted that the pass is over', {when: 'before', what: {movedTo: 'pruned.json'}}],
  ['after it was noted', {when: 'after', what: {movedTo: 'pruned.json'}}],
];

it.each(POINTS)('killed %s', async (_, point) => {
  const [a, b, young] = ['a', 'b', 'young'].map((id, at) => oldSession(sandbox, id, at === 2 ? 89 : 91));
  await oldEvents(sandbox, 'builds', [100, 40, 20, 1]);
  await oldEvents(sandbox, 'builds', [100, 40], 'file');
  const {killed} = await startDoomed(sandbox, point);
  const pruning = sandbox.ok(PRUNE, {env: TOPICS}); // asks the next coordinator again
  await killed;
  await pruning;
  expect([a, b].filter(path => existsSync(path ?? '') || existsSync(`${path}.lock`))).toEqual([]);
  expect([...readSession(young ?? '')]).toHaveLength(1);
  for (const [backend, left, next] of [
    ['sqlite', [3, 4], 5],
    ['file', [], 3],
  ] as const) {
    const log = await openEventLog(logOf(sandbox, backend));
    expect((await log.readRange('builds')).map(({id}) => id)).toEqual(left);
    expect(await log.append('builds', {kind: 'k', payload: 'y'})).toBe(next);
    expect(await log.verify('builds')).toMatchObject({ok: true});
    await log.close();
  }
  expect(JSON.parse(await sandbox.ok(PRUNE, {env: TOPICS})).events).toMatchObject({cut: [], failed: []});
});
