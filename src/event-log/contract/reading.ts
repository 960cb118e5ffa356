import assert from 'node:assert/strict';

import {type CaseDefinition, entry, idsOf, numbered, range} from './contract-case.ts';

export const READING: readonly CaseDefinition[] = [
  {
    name: 'reads strictly after an id, in ascending order, from the oldest by default',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      for (const after of range(0, 10)) {
        assert.deepEqual(idsOf(await log.readRange('a', {after})), range(after + 1, 10));
      }
      assert.deepEqual(idsOf(await log.readRange('a')), range(1, 10));
      assert.deepEqual(idsOf(await log.readRange('a', {})), range(1, 10));
    },
  },
  {
    name: 'reads no more than asked for, and with the limit 0 none',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      for (const limit of range(0, 6)) {
        assert.deepEqual(idsOf(await log.readRange('a', {limit})), range(1, Math.min(limit, 5)));
        assert.deepEqual(
          idsOf(await log.readRange('a', {after: 3, limit})),
          range(4, Math.min(3 + limit, 5)),
        );
      }
      assert.deepEqual(idsOf(await log.readRange('a', {limit: Number.MAX_SAFE_INTEGER})), range(1, 5));
    },
  },
  {
    name: 'reads a thousand entries at once by default',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 2500));
      assert.deepEqual(idsOf(await log.readRange('a')), range(1, 1000));
      assert.deepEqual(idsOf(await log.readRange('a', {after: 2000})), range(2001, 2500));
      assert.deepEqual(idsOf(await log.readRange('a', {limit: 2000})), range(1, 2000));
    },
  },
  {
    name: 'reads nothing behind the newest entry, in an unknown topic, or of another topic',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      assert.deepEqual(await log.readRange('a', {after: 1}), []);
      assert.deepEqual(await log.readRange('a', {after: Number.MAX_SAFE_INTEGER}), []);
      assert.deepEqual(await log.readRange('unknown'), []);
      assert.deepEqual(await log.readRange('a.b'), []);
    },
  },
  {
    name: 'makes no topic by looking at one',
    async run(bench) {
      const log = await bench.open();
      assert.equal(await log.latest('a'), 0);
      await log.readRange('a');
      await log.consumerCursor('a', 'c');
      await log.compact('a', 10);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 0, chained: false});
      assert.deepEqual(await log.topics(), []);
    },
  },
  {
    name: 'tells the newest id of a topic',
    async run(bench) {
      const log = await bench.open();
      assert.equal(await log.latest('a'), 0);
      await log.append('a', entry(1));
      assert.equal(await log.latest('a'), 1);
      await log.appendMany('a', numbered(2, 9));
      assert.equal(await log.latest('a'), 9);
      assert.equal(await log.latest('b'), 0);
    },
  },
  {
    name: 'lists its topics by name, with the oldest and the newest id that is there',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('b', numbered(1, 3));
      await log.append('a', entry(1));
      await log.append('B', entry(1));
      await log.compact('b', 2);
      await log.compact('a', 1);
      assert.deepEqual(await log.topics(), [
        {topic: 'B', first: 1, latest: 1, chained: false},
        {topic: 'a', first: 2, latest: 1, chained: false},
        {topic: 'b', first: 3, latest: 3, chained: false},
      ]);
    },
  },
  {
    name: 'describes itself: how many topics, and what is handed over and not in yet',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      await log.append('b', entry(1));
      await log.flush();
      const {backend, location, size_bytes, topics, queued} = await log.describe();
      assert.deepEqual({topics, queued}, {topics: 2, queued: 0});
      assert(backend.length > 0, 'the backend has no name');
      assert(location === null || location.length > 0, 'the location is empty');
      assert(size_bytes === null || size_bytes > 0, `the log has ${size_bytes} bytes`);
      const appended = log.append('a', entry(2));
      assert((await log.describe()).queued <= 1);
      await appended;
      assert.equal((await log.describe()).queued, 0);
    },
  },
  {
    name: 'finds that every entry is there',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 2500));
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 2500, chained: false});
      await log.compact('a', 2000);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 500, chained: false});
      await log.compact('a', 2500);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 0, chained: false});
    },
  },
];
