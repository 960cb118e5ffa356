/** What cannot be is refused with an error whose code is `USAGE`, and nothing of it is kept. */
import assert from 'node:assert/strict';

import type {EventLog, NewEntry} from '../event-log.ts';
import {type CaseDefinition, entry, numbered, readAll, refused} from './contract-case.ts';

const circle: {self?: unknown} = {};
circle.self = circle;

/** What a program without types may hand over. */
const BAD_ENTRIES: readonly (readonly [string, unknown])[] = [
  ['no entry', undefined],
  ['null', null],
  ['a text', 'text'],
  ['no kind', {payload: 1}],
  ['an empty kind', {kind: '', payload: 1}],
  ['a blank kind', {kind: ' \t', payload: 1}],
  ['a kind that is no text', {kind: 7, payload: 1}],
  ['no payload', {kind: 'k'}],
  ['a function', {kind: 'k', payload: () => undefined}],
  ['a bigint', {kind: 'k', payload: 1n}],
  ['a circle', {kind: 'k', payload: circle}],
  ['a number that is infinite', {kind: 'k', payload: Number.POSITIVE_INFINITY}],
  ['such a number deep inside', {kind: 'k', payload: {a: [null, {b: Number.NEGATIVE_INFINITY}]}}],
  ['a number that is none', {kind: 'k', payload: [Number.NaN]}],
  ['headers that are null', {kind: 'k', payload: 1, headers: null}],
  ['headers that are a list', {kind: 'k', payload: 1, headers: ['a']}],
  ['headers that are a text', {kind: 'k', payload: 1, headers: 'a'}],
  ['a header that is a number', {kind: 'k', payload: 1, headers: {a: 1}}],
  ['a header without a value', {kind: 'k', payload: 1, headers: {a: undefined}}],
  ['a time that is a text', {kind: 'k', payload: 1, occurred_at_ms: '1'}],
  ['a time that is null', {kind: 'k', payload: 1, occurred_at_ms: null}],
  ['half a millisecond', {kind: 'k', payload: 1, occurred_at_ms: 0.5}],
  ['no time at all', {kind: 'k', payload: 1, occurred_at_ms: Number.NaN}],
];

const BAD_TOPICS: readonly unknown[] = [
  '',
  ' ',
  'a b',
  'a/b',
  '../a',
  'a:b',
  'ä',
  'a\n',
  'a\0',
  '💡',
  undefined,
  7,
];
const BAD_CONSUMERS: readonly unknown[] = ['', ' ', '\n\t', 'half \ud800 a pair', undefined, 7];
const BAD_IDS: readonly unknown[] = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null];

export const REFUSING: readonly CaseDefinition[] = [
  ...BAD_ENTRIES.map(
    ([what, bad]): CaseDefinition => ({
      name: `refuses an entry that cannot be, and nothing is appended: ${what}`,
      async run(bench) {
        const log = await bench.open();
        await refused(() => log.append('a', bad as NewEntry));
        assert.equal(await log.latest('a'), 0);
        assert.deepEqual(await readAll(log, 'a'), []);
      },
    }),
  ),
  {
    name: 'appends none of many when one of them cannot be',
    async run(bench) {
      const log = await bench.open();
      for (const at of [0, 1, 2]) {
        const entries: unknown[] = numbered(1, 2);
        entries.splice(at, 0, {kind: '', payload: 1});
        await refused(() => log.appendMany('a', entries as NewEntry[]));
      }
      await refused(() => log.appendMany('a', undefined as never));
      assert.equal(await log.latest('a'), 0);
    },
  },
  {
    name: 'lets the other appends of a turn in when one of them is refused',
    async run(bench) {
      const log = await bench.open();
      const [first, bad, badTopic, many, badMany, last] = await Promise.allSettled([
        log.append('a', entry('first')),
        log.append('a', {kind: '', payload: 1}),
        log.append('not/a/topic', entry('nowhere')),
        log.appendMany('a', numbered(1, 2)),
        log.appendMany('a', [entry('good'), {kind: ' ', payload: 1}]),
        log.append('a', entry('last')),
      ]);
      assert.deepEqual([bad.status, badTopic.status, badMany.status], ['rejected', 'rejected', 'rejected']);
      assert.deepEqual(
        [first, many, last].map(each => (each.status === 'fulfilled' ? each.value : each.reason)),
        [1, [2, 3], 4],
      );
      assert.deepEqual(
        (await readAll(log, 'a')).map(({payload}) => payload),
        ['first', 1, 2, 'last'],
      );
    },
  },
  {
    name: 'refuses a topic that cannot be, whatever is asked of it',
    async run(bench) {
      const log = await bench.open();
      for (const bad of BAD_TOPICS as readonly string[]) {
        await refused(() => log.append(bad, entry(1)));
        await refused(() => log.appendMany(bad, [entry(1)]));
        await refused(() => log.appendMany(bad, []));
        await refused(() => log.readRange(bad));
        await refused(() => log.subscribe(bad).next());
        await refused(() => log.ack(bad, 'c', 0));
        await refused(() => log.consumerCursor(bad, 'c'));
        await refused(() => log.latest(bad));
        await refused(() => log.compact(bad, 0));
        await refused(() => log.verify(bad));
      }
      assert.deepEqual(await log.topics(), []);
    },
  },
  {
    name: 'refuses a consumer that cannot be',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      for (const bad of BAD_CONSUMERS as readonly string[]) {
        await refused(() => log.ack('a', bad, 1));
        await refused(() => log.consumerCursor('a', bad));
      }
    },
  },
  {
    name: 'refuses an id or a limit that is no whole number from 0',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', numbered(1, 3));
      for (const bad of BAD_IDS as readonly number[]) {
        for (const call of callsWith(log, bad)) await refused(call);
      }
      assert.deepEqual((await readAll(log, 'a')).length, 3);
      assert.equal(await log.consumerCursor('a', 'c'), undefined);
    },
  },
];

function callsWith(log: EventLog, id: number): (() => unknown)[] {
  return [
    () => log.readRange('a', {after: id}),
    () => log.readRange('a', {limit: id}),
    () => log.subscribe('a', {after: id}).next(),
    () => log.ack('a', 'c', id),
    () => log.ack('a', 'c', id, {force: true}),
    () => log.compact('a', id),
  ];
}
