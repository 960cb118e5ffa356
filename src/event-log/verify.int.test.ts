/** What somebody does to a database behind the log's back, and what verifying it finds. */
import Database from 'better-sqlite3';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {MemoryStore} from './backends/memory.ts';
import {entryHash} from './chain.ts';
import type {EventLog} from './event-log.ts';
import {openEventLog} from './open.ts';
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

function meddle(...statements: readonly string[]): void {
  const db = new Database(directory.at('events.db'));
  for (const statement of statements) expect(db.prepare(statement).run().changes).toBeGreaterThan(0);
  db.close();
}

const NEW = (id: number): string =>
  `INSERT INTO events SELECT topic_id, ${id}, kind, payload, headers, occurred_at_ms, hash FROM events WHERE id = 9`;

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
      ["kind = 'other'", 3],
      ["kind = 'other'", 6],
      ["kind = 'other'", 10],
      ["payload = '{}'", 5],
      [`payload = '{"number" :4}'`, 5],
      ["headers = '{}'", 7],
      ['occurred_at_ms = occurred_at_ms + 1', 4],
      ['occurred_at_ms = occurred_at_ms + 1', 10],
      ['hash = NULL', 3],
      ['hash = NULL', 10],
      [`hash = '${'0'.repeat(64)}'`, 6],
      [`hash = '${'0'.repeat(64)}'`, 10],
    ])('tells the first entry that is altered: SET %s of %i', async (change, id) => {
      meddle(`UPDATE events SET ${change} WHERE id = ${id}`);
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
      meddle(`UPDATE events SET payload = '"other"', hash = '${hash}' WHERE id = 6`);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 7});
    });

    it('is not deceived by a hash that fits when the newest entry was altered', async () => {
      const [before, altered] = await log.readRange('t', {after: 8, limit: 2});
      const {kind = '', headers, occurred_at_ms: occurredAtMs = 0} = altered ?? {};
      const entry = {kind, payload: '"other"', headers: JSON.stringify(headers), occurredAtMs};
      const hash = entryHash(before?.hash ?? '', 't', 10, entry);
      meddle(`UPDATE events SET payload = '"other"', hash = '${hash}' WHERE id = 10`);
      expect(await log.verify('t')).toMatchObject({ok: false, id: 10, reason: 'it is not what was appended'});
    });

    it('tells the first of two that were swapped', async () => {
      meddle(
        'UPDATE events SET id = 99 WHERE id = 5',
        'UPDATE events SET id = 5 WHERE id = 8',
        'UPDATE events SET id = 8 WHERE id = 99',
      );
      expect(await log.verify('t')).toMatchObject({ok: false, id: 5});
    });

    it('tells the place where one was taken out and the others moved up', async () => {
      meddle(
        'DELETE FROM events WHERE id = 5',
        ...[6, 7, 8, 9, 10].map(id => `UPDATE events SET id = ${id - 1} WHERE id = ${id}`),
        'UPDATE topics SET head = 9',
      );
      expect(await log.verify('t')).toMatchObject({ok: false, id: 5});
    });

    it('tells the place where one was put in and the others moved down', async () => {
      meddle(
        ...[10, 9, 8, 7, 6].map(id => `UPDATE events SET id = ${id + 1} WHERE id = ${id}`),
        NEW(6).replace('id = 9', 'id = 5'),
        'UPDATE topics SET head = 11',
      );
      expect(await log.verify('t')).toMatchObject({ok: false, id: 6});
    });

    it('tells that the newest were cut off, head and all', async () => {
      meddle('DELETE FROM events WHERE id > 7', 'UPDATE topics SET head = 7');
      expect(await log.verify('t')).toMatchObject({ok: false, id: 7});
    });
  });
});

describe.each([true, false])('a topic, chained: %s', chain => {
  beforeEach(() => openLog(chain, 2));

  it.each([
    ['the oldest', 'id = 3', 3],
    ['one in the middle', 'id = 6', 6],
    ['several', 'id IN (7, 8, 5)', 5],
    ['the newest', 'id = 10', 10],
    ['all', 'id > 0', 3],
  ])('tells the first entry that is missing: %s', async (_, which, id) => {
    meddle(`DELETE FROM events WHERE ${which}`);
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
    meddle(NEW(id));
    expect(await log.verify('t')).toEqual({
      ok: false,
      checked,
      chained: chain,
      id,
      reason: 'it was inserted',
    });
  });

  it('tells the missing one first when one was inserted behind the newest as well', async () => {
    meddle('DELETE FROM events WHERE id = 10', NEW(12));
    expect(await log.verify('t')).toMatchObject({ok: false, id: 10, reason: 'it is missing'});
  });

  it('goes on with the other topics', async () => {
    await log.append('other', {kind: 'k', payload: 1});
    meddle('DELETE FROM events WHERE id = 6');
    expect(await log.verify('other')).toEqual({ok: true, checked: 1, chained: chain});
  });
});

describe('a payload that somebody broke', () => {
  it('is told by its id when it is read, and the entries before it can be read', async () => {
    await openLog(false);
    meddle(`UPDATE events SET payload = '{"half' WHERE id = 6`);
    await expect(log.readRange('t')).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: 'Entry 6 is damaged: its payload is no JSON.',
    });
    expect((await log.readRange('t', {limit: 5})).length).toBe(5);
    expect((await log.readRange('t', {after: 6})).length).toBe(4);
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
      store.compactSome('t', (upTo += step));
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
