import {existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {FileStore} from '../../../event-log/backends/file/file-store.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import type {KeptTopic, TopicCut} from '../../domain/index.ts';
import {keptEvents} from './kept-events.ts';
import {readLastPrune, writeLastPrune} from './last-prune.ts';

let directory: TemporaryDirectory;
let state: string;
beforeEach(() => {
  directory = temporaryDirectory();
  state = directory.at('.');
});
afterEach(() => directory.remove());

const ENTRY = {kind: 'k', payload: JSON.stringify('x'.repeat(900)), headers: '{}', occurredAtMs: 5};

/** A topic of the backend `file` in several segments, the first of which were written long ago. */
function recorded(topic: string): string {
  const store = new FileStore(directory.at('events'), false, {segmentBytes: 5000});
  for (let at = 0; at < 20; at += 1) store.append([{topic, entries: [ENTRY]}], false);
  store.close();
  const own = join(directory.at('events'), 'topics', topic);
  const segments = readdirSync(own).filter(name => name.startsWith('log'));
  for (const name of segments.toSorted().slice(1)) utimesSync(join(own, name), 1000, 1000);
  return own;
}

function cutAt({place, topic, isSession, slices}: KeptTopic, count: number): TopicCut {
  const upTo = slices[count - 1]?.upTo ?? 0;
  return {place, topic, isSession, upTo, why: 'age', ageMs: 1, freesBytes: 1};
}

describe('events in a state directory', () => {
  it('are none where nothing is, and nothing is made', async () => {
    expect(await keptEvents(state).lookAround()).toEqual({topics: [], failed: []});
    expect(readdirSync(state)).toEqual([]);
  });

  it('go by whole segments from a log of files, and once more without harm', async () => {
    const own = recorded('a');
    const kept = keptEvents(state);
    const [topic] = (await kept.lookAround()).topics;
    if (topic === undefined) throw new Error('no topic was seen');
    expect(topic).toMatchObject({place: 'events', topic: 'a', isSession: false});
    expect(topic.slices.length).toBeGreaterThan(3);
    expect(topic.slices.at(-1)?.upTo).toBe(20);
    const cut = cutAt(topic, 2);
    for (let time = 0; time < 2; time += 1) {
      expect(await kept.cut([cut])).toEqual({done: [cut], failed: []});
      expect((await kept.lookAround()).topics[0]?.slices).toEqual(topic.slices.slice(2));
    }
    expect(existsSync(join(own, 'log.jsonl'))).toBe(false);
  });

  it('are left alone behind a link that leads out, which is told', async () => {
    mkdirSync(directory.at('else'));
    mkdirSync(directory.at('state'));
    symlinkSync(directory.at('else'), directory.at('state/sessions'));
    const {topics, failed} = await keptEvents(directory.at('state')).lookAround();
    expect(topics).toEqual([]);
    expect(failed).toEqual([
      {path: directory.at('state/sessions'), reason: expect.stringContaining('leads out of the state')},
    ]);
  });
});

it('what a pass did is kept beside when the last daily one was', () => {
  const pass = {at_ms: 7, sessions: 1, topics: 2, freed_bytes: 3, failed: 0};
  expect(readLastPrune(state)).toEqual({prunedAt: undefined, events: undefined});
  keptEvents(state).record(pass);
  expect(readLastPrune(state)).toEqual({prunedAt: undefined, events: pass});
  writeLastPrune(state, 9);
  expect(readLastPrune(state)).toEqual({prunedAt: 9, events: pass});
});
