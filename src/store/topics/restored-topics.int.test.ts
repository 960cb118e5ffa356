import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {takeTopicsOf, topicNames} from './restored-topics.ts';
import {EVENTS_SCHEMA} from './schema.ts';
import {topicStore} from './topic-store.ts';

let directory: TemporaryDirectory;
let here: Connection;
let theirs: Connection;
beforeEach(() => {
  directory = temporaryDirectory();
  here = openForWriting(directory.at('here.db'), EVENTS_SCHEMA);
  theirs = openForWriting(directory.at('theirs.db'), EVENTS_SCHEMA);
});
afterEach(() => {
  here.close();
  theirs.close();
  directory.remove();
});

describe('topics of another event log', () => {
  it('come whole, with entries and consumers, and those that are here stay', () => {
    fill(here, 'builds', 'ours', 1);
    fill(theirs, 'checks', 'theirs', 3);
    fill(theirs, 'builds', 'theirs', 5);
    for (let again = 0; again < 2; again++) takeTopicsOf(here, directory.at('theirs.db'));
    expect(topicNames(here)).toEqual(['builds', 'checks']);
    expect(told('builds')).toEqual({head: 1, kinds: ['ours'], cursor: 1});
    expect(told('checks')).toEqual({head: 3, kinds: ['theirs', 'theirs', 'theirs'], cursor: 3});
  });
});

function fill(db: Connection, name: string, kind: string, entries: number): void {
  const store = topicStore(db);
  const topic = store.addTopic(name);
  const ids = Array.from({length: entries}, (_, at) => at + 1);
  const entry = {topicId: topic.id, kind, payload: '1', headers: '{}', occurredAtMs: 5, hash: null};
  store.addEntries(ids.map(id => ({...entry, id})));
  store.setTopic({...topic, head: entries});
  store.setCursor(topic.id, 'me', entries, 0);
}

function told(name: string) {
  const store = topicStore(here);
  const {id = 0, head} = store.topic(name) ?? {};
  return {
    head,
    kinds: [...store.entriesAfter(id, 0, 100)].map(({kind}) => kind),
    cursor: store.cursor(id, 'me'),
  };
}
