import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openForWriting} from '../connection.ts';
import type {Connection} from '../driver/port.ts';
import {EVENTS_SCHEMA} from './schema.ts';
import {type TopicStore, topicStore} from './topic-store.ts';

const ENTRY = {kind: 'k', payload: '1', headers: '{}', occurredAtMs: 5, hash: null};

let directory: TemporaryDirectory;
let db: Connection;
let store: TopicStore;
beforeEach(() => {
  directory = temporaryDirectory();
  db = openForWriting(directory.at('events.db'), EVENTS_SCHEMA);
  store = topicStore(db);
});
afterEach(() => {
  db.close();
  directory.remove();
});

function add(topicId: number, ...ids: number[]): void {
  store.addEntries(ids.map(id => ({topicId, id, ...ENTRY})));
}

const idsAfter = (topicId: number, after: number, limit = 100): number[] =>
  [...store.entriesAfter(topicId, after, limit)].map(({id}) => id);

describe('topics', () => {
  it('begin empty and without a chain, and are listed by their names', () => {
    const b = store.addTopic('b');
    const a = store.addTopic('a');
    expect(b).toEqual({
      id: b.id,
      name: 'b',
      head: 0,
      first: 1,
      anchor_id: null,
      anchor_hash: null,
      head_hash: null,
    });
    expect(store.topic('a')).toEqual(a);
    expect(store.topic('A')).toBeUndefined();
    expect(store.topics()).toEqual([a, b]);
  });

  it('exist once', () => {
    store.addTopic('a');
    expect(() => store.addTopic('a')).toThrow(/UNIQUE/);
  });

  it('are moved as a whole', () => {
    const moved = {
      ...store.addTopic('a'),
      head: 2 ** 52,
      first: 3,
      anchor_id: 2,
      anchor_hash: 'x',
      head_hash: 'y',
    };
    store.setTopic(moved);
    expect(store.topic('a')).toEqual(moved);
  });
});

describe('entries', () => {
  it('are found after an id, ascending, up to a limit, and only of their topic', () => {
    const [a, b] = [store.addTopic('a').id, store.addTopic('b').id];
    add(a, 3, 1, 2, 2 ** 52);
    add(b, 1, 7);
    expect(idsAfter(a, 0)).toEqual([1, 2, 3, 2 ** 52]);
    expect(idsAfter(a, 1, 2)).toEqual([2, 3]);
    expect(idsAfter(b, 1)).toEqual([7]);
    expect(idsAfter(99, 0)).toEqual([]);
  });

  it('can be left after some of them, and the connection goes on', () => {
    const {id} = store.addTopic('a');
    add(id, 1, 2, 3);
    for (const entry of store.entriesAfter(id, 0, 10)) if (entry.id === 2) break;
    add(id, 4);
    expect(idsAfter(id, 0)).toEqual([1, 2, 3, 4]);
  });

  it('cannot be there twice', () => {
    const {id} = store.addTopic('a');
    add(id, 1);
    expect(() => add(id, 1)).toThrow(/UNIQUE/);
  });

  it('go away up to an id', () => {
    const [a, b] = [store.addTopic('a').id, store.addTopic('b').id];
    add(a, 1, 2, 3);
    add(b, 1, 2);
    expect(store.removeEntries(a, 2)).toBe(2);
    expect(store.removeEntries(a, 2)).toBe(0);
    expect(idsAfter(a, 0)).toEqual([3]);
    expect(idsAfter(b, 0)).toEqual([1, 2]);
  });

  it('are appended and read by the primary key alone', () => {
    const plan = db
      .prepare<[], {detail: string}>(
        'EXPLAIN QUERY PLAN SELECT id FROM events WHERE topic_id = 1 AND id > 5 ORDER BY id LIMIT 3',
      )
      .all();
    expect(plan.map(({detail}) => detail)).toEqual(['SEARCH events USING PRIMARY KEY (topic_id=? AND id>?)']);
  });
});

describe('cursors', () => {
  it('are each consumer’s in each topic, and can go anywhere', () => {
    const [a, b] = [store.addTopic('a').id, store.addTopic('b').id];
    expect(store.cursor(a, 'c')).toBeUndefined();
    store.setCursor(a, 'c', 5, 100);
    store.setCursor(b, 'c', 6, 100);
    store.setCursor(a, 'c\0', 7, 100);
    store.setCursor(a, 'c', 2, 200);
    expect([store.cursor(a, 'c'), store.cursor(b, 'c'), store.cursor(a, 'c\0')]).toEqual([2, 6, 7]);
  });
});

describe('a topic that is removed', () => {
  it('is gone with its entries and cursors, and no other is touched', () => {
    const [a, b] = [store.addTopic('a').id, store.addTopic('b').id];
    for (const id of [a, b]) {
      add(id, 1, 2);
      store.setCursor(id, 'c', 1, 100);
    }
    store.together(() => store.removeTopic(a));
    expect(store.topics().map(({name}) => name)).toEqual(['b']);
    expect([idsAfter(a, 0), store.cursor(a, 'c')]).toEqual([[], undefined]);
    expect([idsAfter(b, 0), store.cursor(b, 'c')]).toEqual([[1, 2], 1]);
    expect(store.addTopic('a')).toMatchObject({head: 0, first: 1});
  });
});

describe('a unit of work', () => {
  it('is done as a whole or not at all', () => {
    const {id} = store.addTopic('a');
    expect(() =>
      store.together(() => {
        add(id, 1, 2);
        add(id, 1);
      }),
    ).toThrow(/UNIQUE/);
    expect(idsAfter(id, 0)).toEqual([]);
    const done = store.together(() => {
      add(id, 1);
      return 'done';
    });
    expect(done).toBe('done');
    expect(idsAfter(id, 0)).toEqual([1]);
  });

  it('keeps every other writer out from its beginning on', () => {
    const other = openForWriting(directory.at('events.db'), EVENTS_SCHEMA);
    other.exec('PRAGMA busy_timeout = 0');
    const otherStore = topicStore(other);
    store.together(() => {
      expect(() => otherStore.together(() => undefined)).toThrow(/locked/);
    });
    expect(otherStore.together(() => 'free')).toBe('free');
    other.close();
  });
});
