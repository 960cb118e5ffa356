/** For backends that several processes use at once. */
import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';

import {type CaseDefinition, entry, idsOf, numbered, range, readAll, take} from './contract-case.ts';

const needs = ['second'] as const;

export const SHARING: readonly CaseDefinition[] = [
  {
    name: 'gives contiguous ids when two append at once, single and many, each in its order',
    needs,
    async run(bench) {
      const one = await bench.open();
      const two = await bench.second(one);
      const write = async (log: typeof one, name: string): Promise<number[]> => {
        const ids: number[] = [];
        for (const at of range(0, 39)) {
          const payloads = range(0, 4).map(each => entry({name, number: at * 10 + each}));
          const many = range(5, 9).map(each => entry({name, number: at * 10 + each}));
          const [single, row] = await Promise.all([
            Promise.all(payloads.map(each => log.append('a', each))),
            log.appendMany('a', many),
          ]);
          assert.deepEqual(row, range(row[0] ?? 0, (row[0] ?? 0) + 4));
          ids.push(...single, ...row);
        }
        return ids;
      };
      const [ofOne, ofTwo] = await Promise.all([write(one, 'one'), write(two, 'two')]);
      assert.deepEqual(
        [...ofOne, ...ofTwo].sort((a, b) => a - b),
        range(1, 800),
      );
      const kept = await readAll(two, 'a');
      assert.deepEqual(idsOf(kept), range(1, 800));
      for (const [name, ids] of [
        ['one', ofOne],
        ['two', ofTwo],
      ] as const) {
        const own = kept.filter(({payload}) => (payload as {name: string}).name === name);
        assert.deepEqual(idsOf(own), ids);
        assert.deepEqual(
          own.map(({payload}) => (payload as unknown as {number: number}).number),
          range(0, 399),
        );
      }
    },
  },
  {
    name: 'gives a subscriber what others append, as it comes',
    needs,
    async run(bench) {
      const one = await bench.open();
      const two = await bench.second(one);
      const subscription = two.subscribe('a');
      for (const id of range(1, 30)) {
        const next = take(subscription, 1);
        if (id % 3 === 0) await setImmediate();
        await (id % 5 === 0 ? two : one).append('a', entry(id));
        assert.deepEqual(idsOf(await next), [id]);
      }
      await one.appendMany('a', numbered(31, 2000));
      assert.deepEqual(idsOf(await take(subscription, 1970)), range(31, 2000));
      await subscription.return?.();
    },
  },
  {
    name: 'shows what one did to the other: entries, cursors, compactions',
    needs,
    async run(bench) {
      const one = await bench.open();
      const two = await bench.second(one);
      await one.appendMany('a', numbered(1, 10));
      assert.equal(await two.latest('a'), 10);
      assert.equal(await two.ack('a', 'c', 7), 7);
      assert.equal(await one.ack('a', 'c', 3), 7);
      assert.equal((await one.compact('a', 10)).removed, 10);
      assert.deepEqual(await two.readRange('a'), []);
      assert.equal(await two.append('a', entry(11)), 11);
      assert.equal((await two.compact('a', 11)).removed, 1);
      assert.equal(await one.append('a', entry(12)), 12);
      assert.deepEqual(await one.topics(), await two.topics());
    },
  },
  {
    name: 'wakes a subscriber when another one appends after compacting everything',
    needs,
    async run(bench) {
      const one = await bench.open();
      const two = await bench.second(one);
      const subscription = two.subscribe('a');
      let next = take(subscription, 1);
      for (const id of range(1, 10)) {
        await one.append('a', entry(id));
        assert.deepEqual(idsOf(await next), [id]);
        next = take(subscription, 1);
        await setImmediate();
        await one.compact('a', id);
      }
      await one.append('a', entry(11));
      assert.deepEqual(idsOf(await next), [11]);
      await subscription.return?.();
    },
  },
  {
    name: 'goes on when the other one is closed',
    needs,
    async run(bench) {
      const one = await bench.open();
      const two = await bench.second(one);
      const subscription = two.subscribe('a');
      await one.append('a', entry(1));
      await one.close();
      await two.append('a', entry(2));
      assert.deepEqual(idsOf(await take(subscription, 2)), [1, 2]);
      const three = await bench.second(two);
      const next = take(subscription, 1);
      await three.append('a', entry(3));
      assert.deepEqual(idsOf(await next), [3]);
      await subscription.return?.();
    },
  },
];
