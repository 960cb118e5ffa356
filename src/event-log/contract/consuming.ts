import assert from 'node:assert/strict';

import {type CaseDefinition, numbered, range, refused} from './contract-case.ts';

/** Whatever a program may call its consumers. */
const CONSUMERS: readonly string[] = [
  'c',
  'C',
  ' c',
  'c ',
  'a__b',
  'b__c',
  '../up',
  '/etc/passwd',
  'with space',
  'c.json',
  'ü',
  'u\u0308',
  '💡',
  'new\nline',
  'nul\0byte',
  '%2F',
  '_2f',
  "';--",
  '__proto__',
  'x'.repeat(1000),
];

export const CONSUMING: readonly CaseDefinition[] = [
  {
    name: 'knows no cursor of a consumer that acknowledged nothing',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 3));
      assert.equal(await log.consumerCursor('a', 'c'), undefined);
      assert.equal(await log.consumerCursor('unknown', 'c'), undefined);
    },
  },
  {
    name: 'moves a cursor forward only, and tells where it is',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      for (const [upTo, at] of [
        [0, 0],
        [3, 3],
        [2, 3],
        [3, 3],
        [0, 3],
        [10, 10],
        [9, 10],
      ] as const) {
        assert.equal(await log.ack('a', 'c', upTo), at);
        assert.equal(await log.consumerCursor('a', 'c'), at);
      }
    },
  },
  {
    name: 'moves a cursor back when it is forced to, and forward again',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      await log.ack('a', 'c', 8);
      assert.equal(await log.ack('a', 'c', 2, {force: true}), 2);
      assert.equal(await log.consumerCursor('a', 'c'), 2);
      assert.equal(await log.ack('a', 'c', 1, {force: false}), 2);
      assert.equal(await log.ack('a', 'c', 5), 5);
      assert.equal(await log.ack('a', 'c', 0, {force: true}), 0);
      assert.equal(await log.consumerCursor('a', 'c'), 0);
    },
  },
  {
    name: 'refuses to acknowledge what is not there yet, forced or not',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 3));
      await log.ack('a', 'c', 2);
      await refused(() => log.ack('a', 'c', 4));
      await refused(() => log.ack('a', 'c', 4, {force: true}));
      await refused(() => log.ack('unknown', 'c', 1));
      assert.equal(await log.consumerCursor('a', 'c'), 2);
      assert.equal(await log.consumerCursor('unknown', 'c'), undefined);
    },
  },
  {
    name: 'has a cursor for each consumer of each topic, whatever their names are',
    async run(bench) {
      const log = await bench.open();
      const topics = ['a', 'a__b', 'a__b__c', 'A', 'b'];
      for (const topic of topics) await log.appendMany(topic, numbered(1, 300));
      const at = (topic: number, consumer: number): number => topic * CONSUMERS.length + consumer + 1;
      for (const [t, topic] of topics.entries()) {
        for (const [c, consumer] of CONSUMERS.entries()) await log.ack(topic, consumer, at(t, c));
      }
      for (const [t, topic] of topics.entries()) {
        for (const [c, consumer] of CONSUMERS.entries()) {
          assert.equal(await log.consumerCursor(topic, consumer), at(t, c), `${topic}, ${consumer}`);
        }
      }
    },
  },
  {
    name: 'keeps cursors when entries are compacted away, and lets what is gone be acknowledged',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 10));
      await log.ack('a', 'c', 4);
      await log.compact('a', 8);
      assert.equal(await log.consumerCursor('a', 'c'), 4);
      assert.equal(await log.ack('a', 'c', 6), 6);
      await log.compact('a', 10);
      assert.equal(await log.ack('a', 'c', 10), 10);
      await refused(() => log.ack('a', 'c', 11));
    },
  },
  {
    name: 'ends with the highest of many acknowledgements at once',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 50));
      const shuffled = range(1, 50).sort((a, b) => ((a * 37) % 53) - ((b * 37) % 53));
      await Promise.all(shuffled.map(upTo => log.ack('a', 'c', upTo)));
      assert.equal(await log.consumerCursor('a', 'c'), 50);
    },
  },
];
