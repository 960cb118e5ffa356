/** What somebody does to a database behind the log's back, and what verifying it finds. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {EVENTS_SCHEMA, openForWriting} from '../../store/index.ts';
import {MemoryStore} from '../backends/memory.ts';
import type {EventLog} from '../event-log.ts';
import {openEventLog} from '../open.ts';
import {entryHash} from './chain.ts';
import type {StoredEntry} from './stored-entry.ts';
import {verifyTopic} from './verify.ts';

let directory: TemporaryDirectory;
let log: EventLog;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await log.close();
  directory.remove();
});

/** A topic of the entries 1 to 10, of which those up to `compacted` are gone. */
async function openLog(chain: boolean, compacted = 0): Promise<void> {
  log = await openEventLog({backend: 'sqlite', path: directory.at('events.db'), chain});
  const entries = Array.from({length: 10}, (_, at) => ({
    kind: `kind ${at}`,
    payload: {number: at},
    headers: {header: String(at)},
    occurred_at_ms: 1000 + at,
  }));
  await log.appendMany('t', entries);
  await log.compact('t', compacted);
}

type Statement = readonly [sql: string, ...values: (string | number)[]];

function meddle(...statements: readonly Statement[]): void {
  const db = openForWriting(directory.at('events.db'), EVENTS_SCHEMA);
  for (const [sql, ...values] of statements)
    expect(db.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  db.close();
}

const COPY =
  'INSERT INTO events SELECT topic_id, ?, kind, payload, headers, occurred_at_ms, hash FROM events WHERE id = ?';
const MOVE = 'UPDATE events SET id = ? WHERE id = ?';
const ALTER = 'UPDATE events SET payload = ?, hash = ? WHERE id = ?';

describe('a topic in which nobody meddled', () => {
  it.each([
    [true, 0],
    [true, 4],
    [true, 10],
    [false, 0],
    [false, 4],
    [false, 10],
  ])('is found whole: chained %s, compacted up to %i', async (chain, compacted) => {
    await openLog(chain, compacted);
    expect(await log.verify('t')).toEqual({ok: true, checked: 10 - compacted, chained: chain});
  });
});

describe('a chained topic', () => {
  describe.each([0, 2])('compacted up to %i', compacted => {
    beforeEach(() => openLog(true, compacted));

    it.each([
      ["UPDATE events SET kind = 'other' WHERE id = ?", 3],
      ["UPDATE events SET kind = 'other' WHERE id = ?", 6],
      ["UPDATE events SET kind = 'other' WHERE id = ?", 10],
      ["UPDATE events SET payload = '{}' WHERE id = ?", 5],
      [`UPDATE events SET payload = '{"number" :4}' WHERE id = ?`, 5],
      ["UPDATE events SET headers = '{}' WHERE id = ?", 7],
      ['UPDATE events SET occurred_at_ms = occurred_at_ms + 1 WHERE id = ?', 4],
      ['UPDATE events SET occurred_at_ms = occurred_at_ms + 1 WHERE id = ?', 10],
      ['UPDATE events SET hash = NULL WHERE id = ?', 3],
      ['UPDATE events SET hash = NULL WHERE id = ?', 10],
      ['UPDATE events SET hash = hex(zeroblob(32)) WHERE id = ?', 6],
      ['UPDATE events SET hash = hex(zeroblob(32)) WHERE id = ?', 10],
    ])('tells the first entry that is altered: %s, %i', async (change, id) => {
      meddle([change, id]);
      expect(await log.verify('t')).toEqual({
        ok: false,
        checked: id - 1 - compacted,
        chained: true,
        id,
        reason: 'it is not what was appended',
      });
    });

    it('is not deceived by a hash that fits what was altered', async () => {
      const [before, altered] = await log.readRange('t', {after: 4, limit: 2});
      const {kind = '', headers, occurred_at_ms: occurredAtMs = 0} = altered ?? {};
      const entry = {kind, payload: '"other"', headers: JSON.stringify(headers), occurredAtMs};
      const hash = entryHash(before?.hash ?? '', 't', 6, entry);
      meddle([ALTER, '"other"', hash, 6]);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 7});
    });

    it('is not deceived by a hash that fits when the newest entry was altered', async () => {
      const [before, altered] = await log.readRange('t', {after: 8, limit: 2});
      const {kind = '', headers, occurred_at_ms: occurredAtMs = 0} = altered ?? {};
      const entry = {kind, payload: '"other"', headers: JSON.stringify(headers), occurredAtMs};
      const hash = entryHash(before?.hash ?? '', 't', 10, entry);
      meddle([ALTER, '"other"', hash, 10]);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 10, reason: 'it is not what was appended'});
    });

    it('tells the first of two that were swapped', async () => {
      meddle([MOVE, 99, 5], [MOVE, 5, 8], [MOVE, 8, 99]);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 5});
    });

    it('tells the place where one was taken out and the others moved up', async () => {
      meddle(
        ['DELETE FROM events WHERE id = 5'],
        ...[6, 7, 8, 9, 10].map((id): Statement => [MOVE, id - 1, id]),
        ['UPDATE topics SET head = 9'],
      );
      expect(await log.verify('t')).toMatchObject({ok: false, id: 5});
    });

    it('tells the place where one was put in and the others moved down', async () => {
      meddle(
        ...[10, 9, 8, 7, 6].map((id): Statement => [MOVE, id + 1, id]),
        [COPY, 6, 5],
        ['UPDATE topics SET head = 11'],
      );
      expect(await log.verify('t')).toMatchObject({ok: false, id: 6});
    });

    it('tells that the newest were cut off, head and all', async () => {
      meddle(['DELETE FROM events WHERE id > 7'], ['UPDATE topics SET head = 7']);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 7});
    });
  });
});

describe.each([true, false])('a topic, chained: %s', chain => {
  beforeEach(() => openLog(chain, 2));

  it.each([
    ['the oldest', 'DELETE FROM events WHERE id = 3', 3],
    ['one in the middle', 'DELETE FROM events WHERE id = 6', 6],
    ['several', 'DELETE FROM events WHERE id IN (7, 8, 5)', 5],
    ['the newest', 'DELETE FROM events WHERE id = 10', 10],
    ['all', 'DELETE FROM events WHERE id > 0', 3],
  ])('tells the first entry that is missing: %s', async (_, removal, id) => {
    meddle([removal]);
    expect(await log.verify('t')).toEqual({
      ok: false,
      checked: id - 3,
      chained: chain,
      id,
      reason: 'it is missing',
    });
  });

  it.each([
    ['before the oldest', 2, 0],
    ['right behind the newest', 11, 8],
    ['far behind the newest', 5000, 8],
  ])('tells one that was inserted %s', async (_, id, checked) => {
    meddle([COPY, id, 9]);
    expect(await log.verify('t')).toEqual({
      ok: false,
      checked,
      chained: chain,
      id,
      reason: 'it was inserted',
    });
  });

  it('tells the missing one first when one was inserted behind the newest as well', async () => {
    meddle(['DELETE FROM events WHERE id = 10'], [COPY, 12, 9]);
    expect(await log.verify('t')).toMatchObject({ok: false, id: 10, reason: 'it is missing'});
  });

  it('goes on with the other topics', async () => {
    await log.append('other', {kind: 'k', payload: 1});
    meddle(['DELETE FROM events WHERE id = 6']);
    expect(await log.verify('other')).toEqual({ok: true, checked: 1, chained: chain});
  });
});

describe('a payload that somebody broke', () => {
  it('is told by its id when it is read, and the entries before it can be read', async () => {
    await openLog(false);
    meddle([`UPDATE events SET payload = '{"half' WHERE id = 6`]);
    expect((await log.readRange('t')).map(({id}) => id)).toEqual([1, 2, 3, 4, 5]);
    await expect(log.readRange('t', {after: 5})).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: 'Entry 6 is damaged: its payload is no JSON.',
    });
    expect((await log.readRange('t', {after: 6})).length).toBe(4);
    expect(await log.verify('t')).toMatchObject({ok: false, checked: 5, id: 6, reason: 'it cannot be read'});
  });
});

/** Where somebody compacts and appends between the looks of who verifies. */
describe('a topic that changes while it is verified', () => {
  beforeEach(async () => {
    log = await openEventLog({backend: 'memory'});
  });

  class Moving extends MemoryStore {
    /** Happens after a page was read and before the state is asked for. */
    afterRead: () => void = () => undefined;

    add(count: number): void {
      const entry = {kind: 'k', payload: '1', headers: '{}', occurredAtMs: 0};
      this.append([{topic: 't', entries: Array.from({length: count}, () => entry)}], true);
    }

    override read(topic: string, after: number): StoredEntry[] {
      const page = super.read(topic, after, 10, 1000);
      this.afterRead();
      return page;
    }
  }

  const verified = (store: Moving) => verifyTopic(store, 't', async question => question());

  it.each([3, 12, 25, 40, 100])('has no fault when others compact %i at a time', async step => {
    const store = new Moving();
    store.add(100);
    let upTo = 0;
    store.afterRead = () => {
      store.add(2);
      upTo += step;
      store.compactSome('t', upTo);
    };
    expect(await verified(store)).toMatchObject({ok: true, chained: true});
  });

  it('has a fault where an entry was altered behind what was compacted', async () => {
    class Altered extends Moving {
      override read(topic: string, after: number): StoredEntry[] {
        return super.read(topic, after).map(entry => (entry.id === 26 ? {...entry, kind: 'altered'} : entry));
      }
    }
    const store = new Altered();
    store.add(50);
    store.afterRead = () => {
      store.compactSome('t', 25);
    };
    expect(await verified(store)).toMatchObject({ok: false, id: 26});
  });

  it('has a fault where an entry behind what was compacted is missing', async () => {
    class Missing extends Moving {
      override read(topic: string, after: number): StoredEntry[] {
        return super.read(topic, after).filter(({id}) => id !== 30);
      }
    }
    const store = new Missing();
    store.add(50);
    store.afterRead = () => {
      store.compactSome('t', 25);
    };
    expect(await verified(store)).toMatchObject({ok: false, id: 30, reason: 'it is missing'});
  });
});
