/** For backends that keep what they have: what was in the log is there when its place is opened again. */
import assert from 'node:assert/strict';

import {type CaseDefinition, entry, idsOf, numbered, range, readAll} from './contract-case.ts';

const needs = ['reopen'] as const;

export const KEEPING: readonly CaseDefinition[] = [
  {
    name: 'has every entry, topic and cursor again when it is opened anew',
    needs,
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 300));
      await log.append('b', {kind: 'k', payload: {ü: ['\n']}, headers: {h: 'v'}, occurred_at_ms: 7});
      await log.ack('a', 'c/1', 17);
      const before = {a: await readAll(log, 'a'), b: await readAll(log, 'b'), topics: await log.topics()};
      await log.close();
      const again = await bench.reopen(log);
      assert.deepEqual(
        {a: await readAll(again, 'a'), b: await readAll(again, 'b'), topics: await again.topics()},
        before,
      );
      assert.equal(await again.consumerCursor('a', 'c/1'), 17);
      assert.equal(await again.ack('a', 'c/1', 3), 17);
    },
  },
  {
    name: 'goes on with its ids when it is opened anew, again and again',
    needs,
    async run(bench) {
      let log = await bench.open();
      for (const id of range(1, 6)) {
        assert.equal(await log.append('a', entry(id)), id);
        await log.close();
        log = await bench.reopen(log);
      }
      assert.deepEqual(idsOf(await readAll(log, 'a')), range(1, 6));
    },
  },
  {
    name: 'goes on with its ids after everything was compacted away and it was opened anew',
    needs,
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 20));
      await log.appendMany('b', numbered(1, 20));
      await log.ack('a', 'c', 20);
      await log.compact('a', 20);
      await log.compact('b', 12);
      await log.close();
      const again = await bench.reopen(log);
      assert.deepEqual(await again.topics(), [
        {topic: 'a', first: 21, latest: 20, chained: false},
        {topic: 'b', first: 13, latest: 20, chained: false},
      ]);
      assert.equal(await again.consumerCursor('a', 'c'), 20);
      assert.equal(await again.append('a', entry('next')), 21);
      assert.equal(await again.append('b', entry('next')), 21);
      assert.deepEqual(idsOf(await readAll(again, 'b')), range(13, 21));
    },
  },
  {
    name: 'has everything that was appended when its program ended without closing it',
    needs,
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 50));
      await log.ack('a', 'c', 9);
      await log.compact('a', 5);
      const again = await bench.reopen(log);
      assert.deepEqual(idsOf(await readAll(again, 'a')), range(6, 50));
      assert.equal(await again.consumerCursor('a', 'c'), 9);
      assert.equal(await again.append('a', entry(51)), 51);
    },
  },
  {
    name: 'lets a consumer resume from its cursor when it is opened anew',
    needs,
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      const seen: number[] = [];
      for await (const {id} of log.subscribe('a')) {
        seen.push(id);
        await log.ack('a', 'c', id);
        if (id === 4) break;
      }
      await log.close();
      const again = await bench.reopen(log);
      const after = (await again.consumerCursor('a', 'c')) ?? 0;
      for await (const {id} of again.subscribe('a', {after})) {
        seen.push(id);
        if (id === 10) break;
      }
      assert.deepEqual(seen, range(1, 10));
    },
  },
  {
    name: 'keeps what was appended and not waited for before it was closed',
    needs,
    async run(bench) {
      const log = await bench.open();
      const appended = Promise.all(numbered(1, 100).map(each => log.append('a', each)));
      await log.close();
      assert.deepEqual(await appended, range(1, 100));
      const again = await bench.reopen(log);
      assert.deepEqual(idsOf(await readAll(again, 'a')), range(1, 100));
    },
  },
];
