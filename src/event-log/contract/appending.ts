import assert from 'node:assert/strict';

import {type CaseDefinition, entry, idsOf, numbered, range, readAll} from './contract-case.ts';

export const APPENDING: readonly CaseDefinition[] = [
  {
    name: 'gives ids from 1 without gaps, in each topic for itself',
    async run(bench) {
      const log = await bench.open();
      for (const id of range(1, 5)) {
        assert.equal(await log.append('a', entry(id)), id);
        assert.equal(await log.append('b', entry(id)), id);
      }
      assert.deepEqual(idsOf(await readAll(log, 'a')), range(1, 5));
      assert.deepEqual(idsOf(await readAll(log, 'b')), range(1, 5));
    },
  },
  {
    name: 'tells topics apart by every character and by case',
    async run(bench) {
      const log = await bench.open();
      const topics = [
        'a',
        'A',
        'a.b',
        'a-b',
        'a_b',
        'a__b',
        '0',
        '.',
        '..',
        '-',
        '_',
        'con',
        'x'.repeat(100),
      ];
      for (const topic of topics) assert.equal(await log.append(topic, entry(topic)), 1);
      for (const topic of topics) {
        assert.deepEqual(
          (await readAll(log, topic)).map(({payload}) => payload),
          [topic],
        );
      }
    },
  },
  {
    name: 'has an entry in the log when its append resolves',
    async run(bench) {
      const log = await bench.open();
      const id = await log.append('a', entry('first'));
      assert.equal(await log.latest('a'), id);
      assert.equal((await log.readRange('a', {after: id - 1, limit: 1}))[0]?.payload, 'first');
    },
  },
  {
    name: 'keeps the order of what is appended in one turn of the event loop, single or many',
    async run(bench) {
      const log = await bench.open();
      const given: Promise<number | number[]>[] = [];
      let next = 1;
      for (let turn = 0; turn < 100; turn++) {
        given.push(log.append('a', entry(next)));
        given.push(log.append('b', entry(next)));
        given.push(log.appendMany('a', numbered(next + 1, next + 3)));
        next += 4;
      }
      const ids = await Promise.all(given);
      assert.deepEqual(ids.filter((_, at) => at % 3 !== 1).flat(), range(1, 400));
      const kept = await readAll(log, 'a');
      assert.deepEqual(
        kept.map(({payload}) => payload),
        range(1, 400),
      );
      assert.deepEqual(
        (await readAll(log, 'b')).map(({payload}) => payload),
        range(0, 99).map(turn => 1 + turn * 4),
      );
    },
  },
  {
    name: 'takes thousands of entries that nobody waits for, in order',
    async run(bench) {
      const log = await bench.open();
      const ids = await Promise.all(numbered(1, 5000).map(each => log.append('a', each)));
      assert.deepEqual(ids, range(1, 5000));
      assert.deepEqual(
        (await readAll(log, 'a')).map(({payload}) => payload),
        range(1, 5000),
      );
    },
  },
  {
    name: 'gives the entries of one appendMany ids in a row',
    async run(bench) {
      const log = await bench.open();
      const many = await Promise.all(
        range(0, 9).map(at => log.appendMany('a', numbered(at * 100, at * 100 + 99))),
      );
      assert.deepEqual(many.flat(), range(1, 1000));
      for (const ids of many) assert.deepEqual(ids, range(ids[0] ?? 0, (ids[0] ?? 0) + 99));
    },
  },
  {
    name: 'appends nothing when appendMany is given no entry',
    async run(bench) {
      const log = await bench.open();
      assert.deepEqual(await log.appendMany('a', []), []);
      assert.equal(await log.latest('a'), 0);
    },
  },
  {
    name: 'gives an entry without a time the time of its appending, and leaves a given one as it is',
    async run(bench) {
      const log = await bench.open();
      const from = performance.timeOrigin + performance.now() - 60_000;
      await log.append('a', {kind: 'now', payload: null});
      const times = [0, 1, -1, 1_700_000_000_123, 2 ** 40, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
      await log.appendMany(
        'a',
        times.map(at => ({kind: 'then', payload: null, occurred_at_ms: at})),
      );
      const [first, ...others] = await readAll(log, 'a');
      const now = first?.occurred_at_ms ?? 0;
      assert(now >= from && now <= from + 120_000, `${now} is not now`);
      assert.deepEqual(
        others.map(each => each.occurred_at_ms),
        times,
      );
    },
  },
  {
    name: 'keeps an entry as it was when it was handed over',
    async run(bench) {
      const log = await bench.open();
      const payload = {changed: false, list: [1]};
      const headers: {[name: string]: string} = {name: 'before'};
      const appended = log.append('a', {kind: 'k', payload, headers});
      payload.changed = true;
      payload.list.push(2);
      headers.name = 'after';
      await appended;
      const [kept] = await readAll(log, 'a');
      assert.deepEqual(kept?.payload, {changed: false, list: [1]});
      assert.deepEqual(kept?.headers, {name: 'before'});
    },
  },
];
