import assert from 'node:assert/strict';

import type {Json} from '../../base/index.ts';
import {type CaseDefinition, entry, idsOf, range, readAll} from './contract-case.ts';

const MIB = 1024 * 1024;

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  '',
  'text',
  [],
  {},
  [[], [[]], {}],
  {'': 0, 'a b': [1, {c: null}], ключ: 'значение'},
  [null, true, 'x', 1, {deep: [{deeper: []}]}],
];

const TEXTS: readonly string[] = [
  'line\nbreak\r\nand\ttab',
  '\u0000 \u0001 \u001f \u007f \u0085',
  '\u2028 \u2029 \ufeff \uffff',
  'äöü ñ 漢字 עברית e\u0301',
  '💡 👩‍👩‍👧 \u{10ffff}',
  '"quoted" \\backslash\\ /slash/ \\ud800 \\u0000',
  "'; DROP TABLE events; --",
];

export const PAYLOADS: readonly CaseDefinition[] = [
  {
    name: 'gives back every kind of JSON as it was appended',
    async run(bench) {
      const log = await bench.open();
      await log.appendMany('a', VALUES.map(entry));
      assert.deepEqual(
        (await readAll(log, 'a')).map(({payload}) => payload),
        VALUES,
      );
    },
  },
  {
    name: 'gives back every character of payloads, kinds and headers',
    async run(bench) {
      const log = await bench.open();
      const entries = TEXTS.map(text => ({
        kind: `kind ${text}`,
        payload: {[text]: text},
        headers: {[text]: text},
      }));
      await log.appendMany('a', entries);
      const kept = await readAll(log, 'a');
      assert.deepEqual(
        kept.map(({kind, payload, headers}) => ({kind, payload, headers})),
        entries,
      );
    },
  },
  {
    name: 'puts U+FFFD for half a surrogate pair, which no file can hold',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', {
        kind: 'high \ud83d',
        payload: {text: 'low \udca1!', pair: '\ud83d\udca1', escaped: '\\ud83d'},
        headers: {header: '\ud83d \udca1'},
      });
      const [kept] = await readAll(log, 'a');
      assert.equal(kept?.kind, 'high \ufffd');
      assert.deepEqual(kept?.payload, {text: 'low \ufffd!', pair: '💡', escaped: '\\ud83d'});
      assert.deepEqual(kept?.headers, {header: '\ufffd \ufffd'});
    },
  },
  {
    name: 'keeps names that mean something to the language as any others',
    async run(bench) {
      const log = await bench.open();
      const payload = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}') as Json;
      const headers = JSON.parse('{"__proto__":"p","constructor":"c"}') as {[name: string]: string};
      await log.append('a', {kind: 'hasOwnProperty', payload, headers});
      const [kept] = await readAll(log, 'a');
      assert.equal(JSON.stringify(kept?.payload), JSON.stringify(payload));
      assert.deepEqual(Object.entries(kept?.headers ?? {}).sort(), Object.entries(headers).sort());
    },
  },
  {
    name: 'keeps what JSON makes of a value, also of one that knows how to be written',
    async run(bench) {
      const log = await bench.open();
      const payload = {at: new Date(0), none: undefined, list: [undefined, null]} as unknown as Json;
      await log.append('a', {kind: 'k', payload});
      assert.deepEqual((await readAll(log, 'a'))[0]?.payload, {
        at: '1970-01-01T00:00:00.000Z',
        list: [null, null],
      });
    },
  },
  {
    name: 'keeps headers, with none as an empty object, and gives them in the order of their names',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', {kind: 'k', payload: 1, headers: {b: '2', a: '1', Z: '', 'x y': 'z'}});
      await log.append('a', {kind: 'k', payload: 2});
      await log.append('a', {kind: 'k', payload: 3, headers: {}});
      const kept = await readAll(log, 'a');
      assert.deepEqual(
        kept.map(({headers}) => Object.entries(headers)),
        [
          [
            ['Z', ''],
            ['a', '1'],
            ['b', '2'],
            ['x y', 'z'],
          ],
          [],
          [],
        ],
      );
    },
  },
  {
    name: 'gives an entry with its id, kind, payload, headers and time, and nothing that is not there',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', {kind: 'k', payload: {a: 1}, headers: {h: 'v'}, occurred_at_ms: 5});
      const all = {id: 1, kind: 'k', payload: {a: 1}, headers: {h: 'v'}, occurred_at_ms: 5};
      assert.deepEqual(await readAll(log, 'a'), [all]);
    },
  },
  {
    name: 'keeps JSON that is a thousand levels deep',
    async run(bench) {
      const log = await bench.open();
      let payload: Json = 'inmost';
      for (let level = 0; level < 500; level++) payload = {in: [payload]};
      await log.append('a', entry(payload));
      const [kept] = await readAll(log, 'a');
      assert.equal(JSON.stringify(kept?.payload), JSON.stringify(payload));
    },
  },
  {
    name: 'keeps payloads of megabytes among small ones',
    async run(bench) {
      const log = await bench.open();
      const sizes = [1, 5 * MIB, 0, 2 * MIB + 1, 70_000, 3];
      await log.appendMany(
        'a',
        sizes.map(size => entry('ü'.repeat(size))),
      );
      assert.equal(await log.append('a', entry('behind')), sizes.length + 1);
      const kept = await readAll(log, 'a');
      assert.deepEqual(
        kept.map(({payload}) => String(payload).length),
        [...sizes, 'behind'.length],
      );
      assert.equal(kept[1]?.payload, 'ü'.repeat(5 * MIB));
    },
  },
  {
    name: 'gives fewer than asked for where entries are large, but never none, and all in the end',
    async run(bench) {
      const log = await bench.open();
      for (const at of range(1, 24)) await log.append('a', entry({at, filling: 'x'.repeat(MIB)}));
      const ids: number[] = [];
      for (let pages = 0; ids.length < 24; pages++) {
        const page = await log.readRange('a', {after: ids.length, limit: 1000});
        assert(page.length > 0, `nothing was read after ${ids.length}`);
        assert(pages < 24, 'there are more pages than entries');
        ids.push(...idsOf(page));
      }
      assert.deepEqual(ids, range(1, 24));
    },
  },
];
