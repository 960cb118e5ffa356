import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';

import {type CaseDefinition, ends, entry, idsOf, numbered, range, soon, take} from './contract-case.ts';

export const SUBSCRIBING: readonly CaseDefinition[] = [
  {
    name: 'gives a subscriber what is there and then what comes, without a gap and nothing twice',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 700));
      const subscription = log.subscribe('a');
      const seen = await take(subscription, 350);
      for (const id of range(701, 1000)) {
        await log.append('a', entry(id));
        if (id % 3 === 0) seen.push(...(await take(subscription, 2)));
      }
      seen.push(...(await take(subscription, 1000 - seen.length)));
      assert.deepEqual(
        seen.map(({payload}) => payload),
        range(1, 1000),
      );
      assert.deepEqual(idsOf(seen), range(1, 1000));
      await subscription.return?.();
    },
  },
  {
    name: 'wakes a subscriber that waits, each time anew',
    async run(bench) {
      const log = await bench.open();
      const subscription = log.subscribe('a');
      for (const id of range(1, 50)) {
        const next = take(subscription, 1);
        if (id % 2 === 0) await setImmediate();
        await log.append('a', entry(id));
        assert.deepEqual(idsOf(await next), [id]);
      }
      await subscription.return?.();
    },
  },
  {
    name: 'lets a subscription begin before its topic, and in a topic of other entries only',
    async run(bench) {
      const log = await bench.open();
      const subscription = log.subscribe('a');
      const next = take(subscription, 2);
      await setImmediate();
      await log.append('b', entry('of another topic'));
      await log.appendMany('a', numbered(1, 2));
      assert.deepEqual(
        (await next).map(({payload}) => payload),
        [1, 2],
      );
      await subscription.return?.();
    },
  },
  {
    name: 'begins a subscription behind an id, also one that is still to come',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      const behind = log.subscribe('a', {after: 3});
      const ahead = log.subscribe('a', {after: 7});
      assert.deepEqual(idsOf(await take(behind, 2)), [4, 5]);
      const next = take(ahead, 2);
      await log.appendMany('a', numbered(6, 9));
      assert.deepEqual(idsOf(await next), [8, 9]);
      assert.deepEqual(idsOf(await take(behind, 4)), range(6, 9));
      await Promise.all([behind.return?.(), ahead.return?.()]);
    },
  },
  {
    name: 'gives every one of many subscribers every entry',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 20));
      const subscriptions = range(1, 15).map(() => log.subscribe('a'));
      const seen = subscriptions.map(subscription => take(subscription, 60));
      for (const id of range(21, 60)) await log.append('a', entry(id));
      for (const entries of await Promise.all(seen)) assert.deepEqual(idsOf(entries), range(1, 60));
      for (const subscription of subscriptions) await subscription.return?.();
    },
  },
  {
    name: 'never cuts off a subscriber that is slow: it misses nothing while 10,000 entries are appended',
    async run(bench) {
      const log = await bench.open();
      const subscription = log.subscribe('a');
      const first = take(subscription, 1);
      await log.append('a', entry(1));
      const seen = await first;
      for (let from = 2; from <= 10_000; from += 500) {
        const many = numbered(from, Math.min(from + 499, 10_000));
        await Promise.all(many.map(each => log.append('a', each)));
        seen.push(...(await take(subscription, 3)));
      }
      seen.push(...(await take(subscription, 10_000 - seen.length)));
      assert.deepEqual(idsOf(seen), range(1, 10_000));
      await subscription.return?.();
    },
  },
  {
    name: 'gives each of several calls that wait at the same time an entry of its own',
    async run(bench) {
      const log = await bench.open();
      const subscription = log.subscribe('a');
      const waiting = Promise.all(range(1, 5).map(() => subscription.next()));
      await log.appendMany('a', numbered(1, 5));
      const results = await soon(waiting, 'the fifth entry');
      assert.deepEqual(
        results.map(({value}) => value?.id),
        range(1, 5),
      );
      await subscription.return?.();
    },
  },
  {
    name: 'ends a subscription when its signal says so, while it waits and between two entries',
    async run(bench) {
      const log = await bench.open();
      const control = new AbortController();
      const waiting = log.subscribe('a', {signal: control.signal});
      const end = ends(waiting);
      await setImmediate();
      control.abort();
      await end;
      await ends(waiting);

      await log.appendMany('a', numbered(1, 5));
      const other = new AbortController();
      const between = log.subscribe('a', {signal: other.signal});
      await take(between, 2);
      other.abort();
      await ends(between);
      await ends(log.subscribe('a', {signal: AbortSignal.abort()}));
    },
  },
  {
    name: 'ends all subscriptions when the log is closed',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      const waiting = log.subscribe('a', {after: 5});
      const between = log.subscribe('a');
      const unused = log.subscribe('a');
      await take(between, 1);
      const end = ends(waiting);
      await setImmediate();
      await log.close();
      await end;
      await ends(between);
      await ends(unused);
    },
  },
  {
    name: 'ends a subscription whose loop is left, and no other',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      const subscription = log.subscribe('a');
      const other = log.subscribe('a');
      for await (const {id} of subscription) if (id === 3) break;
      await ends(subscription);
      assert.deepEqual(idsOf(await take(other, 5)), range(1, 5));
      await other.return?.();
    },
  },
  {
    name: 'ends a subscription that is let go while somebody waits for its next entry',
    async run(bench) {
      const log = await bench.open();
      const subscription = log.subscribe('a');
      const end = ends(subscription);
      await setImmediate();
      await Promise.all([end, soon(Promise.resolve(subscription.return?.()), 'the end of the subscription')]);
    },
  },
  {
    name: 'passes over what is compacted away before a subscriber comes to it',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 3000));
      const subscription = log.subscribe('a');
      const seen = await take(subscription, 10);
      await log.compact('a', 2500);
      await log.appendMany('a', numbered(3001, 3010));
      while (seen.at(-1)?.id !== 3010) seen.push(...(await take(subscription, 1)));
      const ids = idsOf(seen);
      const at = ids.indexOf(2501);
      assert.deepEqual(ids.slice(at), range(2501, 3010));
      assert.deepEqual(ids.slice(0, at), range(1, at)); // what was in memory already
      const late = log.subscribe('a', {after: 5});
      assert.deepEqual(idsOf(await take(late, 1)), [2501]);
      await Promise.all([subscription.return?.(), late.return?.()]);
    },
  },
  {
    name: 'wakes a subscriber that waits in a topic of which everything was compacted away',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 5));
      await log.compact('a', 5);
      const subscription = log.subscribe('a');
      const next = take(subscription, 1);
      await setImmediate();
      await log.append('a', entry('new'));
      assert.deepEqual(idsOf(await next), [6]);
      const again = take(subscription, 1);
      await log.compact('a', 6);
      await log.append('a', entry('newer'));
      assert.deepEqual(idsOf(await again), [7]);
      await subscription.return?.();
    },
  },
];
