import assert from 'node:assert/strict';

import {type CaseDefinition, entry, numbered, range, readAll} from './contract-case.ts';

export const CHAINING: readonly CaseDefinition[] = [
  {
    name: 'gives no entry a hash where no chain was asked for',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      assert.equal('hash' in ((await readAll(log, 'a'))[0] ?? {}), false);
      assert.equal((await log.topics())[0]?.chained, false);
    },
  },
  {
    name: 'gives every entry of a chained topic a hash of its own, and verifies',
    needs: ['chain'],
    async run(bench) {
      const log = await bench.open({chain: true});
      await log.append('a', entry('same'));
      await log.appendMany(
        'a',
        range(1, 1200).map(() => entry('same')),
      );
      await log.append('b', entry('same'));
      const hashes = [...(await readAll(log, 'a')), ...(await readAll(log, 'b'))].map(({hash}) => hash ?? '');
      for (const hash of hashes) assert.match(hash, /^[0-9a-f]{64}$/);
      assert.equal(new Set(hashes).size, hashes.length);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 1201, chained: true});
      assert.deepEqual(
        (await log.topics()).map(({chained}) => chained),
        [true, true],
      );
    },
  },
  {
    name: 'verifies chained entries of every kind and character',
    needs: ['chain'],
    async run(bench) {
      const log = await bench.open({chain: true});
      await log.appendMany('a', [
        {
          kind: '"💡" \\ \u0000',
          payload: {'ü\n': ['\u2028', 1e300, -0]},
          headers: {b: '\0', a: '"', 7: '', 10: ''},
        },
        {kind: 'half \ud800', payload: '\udc00 half', occurred_at_ms: -1},
      ]);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 2, chained: true});
    },
  },
  {
    name: 'still verifies when entries of a chain were compacted away, some or all, and goes on from there',
    needs: ['chain'],
    async run(bench) {
      const log = await bench.open({chain: true});
      await log.appendMany('a', numbered(1, 10));
      const before = await readAll(log, 'a');
      await log.compact('a', 4);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 6, chained: true});
      assert.deepEqual(await readAll(log, 'a'), before.slice(4));
      await log.appendMany('a', numbered(11, 12));
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 8, chained: true});
      await log.compact('a', 12);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 0, chained: true});
      await log.append('a', entry(13));
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 1, chained: true});
    },
  },
  {
    name: 'begins a chain in a topic that has entries, and goes on with it whoever appends',
    needs: ['chain', 'reopen'],
    async run(bench) {
      const plain = await bench.open();
      await plain.appendMany('a', numbered(1, 5));
      await plain.close();
      const chained = await bench.reopen(plain, {chain: true});
      assert.deepEqual(await chained.verify('a'), {ok: true, checked: 5, chained: false});
      await chained.appendMany('a', numbered(6, 7));
      await chained.close();
      const later = await bench.reopen(chained);
      await later.append('a', entry(8));
      await later.append('b', entry(1));
      assert.deepEqual(
        (await readAll(later, 'a')).map(({hash}) => hash !== undefined),
        range(1, 8).map(id => id > 5),
      );
      assert.equal((await readAll(later, 'b'))[0]?.hash, undefined);
      assert.deepEqual(await later.verify('a'), {ok: true, checked: 8, chained: true});
      for (const upTo of [3, 5, 6, 8]) {
        await later.compact('a', upTo);
        assert.deepEqual(await later.verify('a'), {ok: true, checked: 8 - upTo, chained: true});
      }
      await later.append('a', entry(9));
      assert.deepEqual(await later.verify('a'), {ok: true, checked: 1, chained: true});
    },
  },
  {
    name: 'keeps one chain when two append to it, one of whom did not ask for it',
    needs: ['chain', 'second'],
    async run(bench) {
      const one = await bench.open({chain: true});
      await one.append('a', entry('first'));
      const other = await bench.second(one);
      await Promise.all(range(1, 100).map(at => (at % 2 === 0 ? one : other).append('a', entry(at))));
      await other.compact('a', 20);
      await Promise.all(range(1, 20).map(at => (at % 2 === 0 ? one : other).append('a', entry(at))));
      for (const log of [one, other]) {
        assert.deepEqual(await log.verify('a'), {ok: true, checked: 101, chained: true});
      }
    },
  },
  {
    name: 'finds no fault in a topic that others append to and compact meanwhile',
    needs: ['chain', 'second'],
    async run(bench) {
      const log = await bench.open({chain: true});
      const other = await bench.second(log);
      await log.appendMany('a', numbered(1, 6000));
      const verifying = Promise.all(range(1, 5).map(() => log.verify('a')));
      for (const at of range(1, 12)) {
        await other.compact('a', at * 500);
        await other.append('a', entry(at));
      }
      for (const {ok} of await verifying) assert.equal(ok, true);
      assert.deepEqual(await log.verify('a'), {ok: true, checked: 12, chained: true});
    },
  },
];
