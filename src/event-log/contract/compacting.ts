import assert from 'node:assert/strict';

import type {CompactReport} from '../event-log.ts';
import {type CaseDefinition, entry, idsOf, numbered, range, readAll} from './contract-case.ts';

export const COMPACTING: readonly CaseDefinition[] = [
  {
    name: 'removes the entries up to an id and tells what it did',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      told(await log.compact('a', 4), {removed: 4, remaining: 6, latest: 10});
      assert.deepEqual(idsOf(await readAll(log, 'a')), range(5, 10));
      assert.deepEqual(idsOf(await log.readRange('a', {after: 2, limit: 3})), range(5, 7));
      assert.deepEqual(
        (await readAll(log, 'a')).map(({payload}) => payload),
        range(5, 10),
      );
    },
  },
  {
    name: 'removes nothing when there is nothing up to the id',
    async run(bench) {
      const log = await bench.open();
      told(await log.compact('unknown', 5), {removed: 0, remaining: 0, latest: 0});
      await log.appendMany('a', numbered(1, 5));
      told(await log.compact('a', 0), {removed: 0, remaining: 5, latest: 5});
      await log.compact('a', 3);
      told(await log.compact('a', 3), {removed: 0, remaining: 2, latest: 5});
      told(await log.compact('a', 1), {removed: 0, remaining: 2, latest: 5});
      assert.deepEqual(idsOf(await readAll(log, 'a')), [4, 5]);
    },
  },
  {
    name: 'goes on with its ids when everything was compacted away',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      told(await log.compact('a', 5), {removed: 5, remaining: 0, latest: 5});
      assert.deepEqual(await readAll(log, 'a'), []);
      assert.equal(await log.latest('a'), 5);
      assert.equal(await log.append('a', entry(6)), 6);
      assert.deepEqual(await log.appendMany('a', numbered(7, 8)), [7, 8]);
      assert.deepEqual(idsOf(await readAll(log, 'a')), [6, 7, 8]);
    },
  },
  {
    name: 'removes no entry that is still to come when the id is beyond the newest',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      told(await log.compact('a', 1000), {removed: 5, remaining: 0, latest: 5});
      assert.deepEqual(await log.appendMany('a', numbered(6, 8)), [6, 7, 8]);
      assert.deepEqual(idsOf(await readAll(log, 'a')), [6, 7, 8]);
      told(await log.compact('a', Number.MAX_SAFE_INTEGER), {removed: 3, remaining: 0, latest: 8});
    },
  },
  {
    name: 'compacts one topic and no other',
    async run(bench) {
      const log = await bench.open();
      for (const topic of ['a', 'ab', 'a.b', 'b']) await log.appendMany(topic, numbered(1, 3));
      await log.compact('a', 2);
      assert.deepEqual(idsOf(await readAll(log, 'a')), [3]);
      for (const topic of ['ab', 'a.b', 'b']) assert.deepEqual(idsOf(await readAll(log, topic)), [1, 2, 3]);
    },
  },
  {
    name: 'compacts tens of thousands of entries, again and again',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 25_000));
      told(await log.compact('a', 24_000), {removed: 24_000, remaining: 1000, latest: 25_000});
      assert.deepEqual(idsOf(await readAll(log, 'a')), range(24_001, 25_000));
      for (let upTo = 24_100; upTo <= 25_000; upTo += 100) {
        told(await log.compact('a', upTo), {removed: 100, remaining: 25_000 - upTo, latest: 25_000});
      }
      assert.equal(await log.append('a', entry('next')), 25_001);
    },
  },
  {
    name: 'is appended to and read while it is compacted',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 21_000));
      const [report, ids] = await Promise.all([
        log.compact('a', 20_000),
        Promise.all(numbered(21_001, 21_050).map(each => log.append('a', each))),
      ]);
      assert.equal(report.removed, 20_000);
      assert.deepEqual(ids, range(21_001, 21_050));
      assert.deepEqual(idsOf(await readAll(log, 'a')), range(20_001, 21_050));
    },
  },
];

function told({checkpointed, ...counts}: CompactReport, expected: Omit<CompactReport, 'checkpointed'>): void {
  assert.deepEqual(counts, expected);
  assert.equal(typeof checkpointed, 'boolean');
}
