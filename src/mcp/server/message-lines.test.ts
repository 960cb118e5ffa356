import fc from 'fast-check';
import {expect, it} from 'vitest';

import {MessageLines} from './message-lines.ts';

it('gives each line once, wherever what comes in is cut', () => {
  const lines = fc.array(
    fc
      .string({unit: 'grapheme', minLength: 1, maxLength: 20})
      .filter(text => text.trim() !== '' && !/\n/.test(text)),
  );
  fc.assert(
    fc.property(lines, fc.array(fc.nat(60)), (texts, cuts) => {
      const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''));
      const places = [...cuts.map(cut => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
      const reader = new MessageLines();
      let from = 0;
      const found = places.flatMap(to => {
        const part = reader.push(bytes.subarray(from, to));
        from = to;
        return part;
      });
      expect(found).toEqual(texts.map(text => ({kind: 'message', text})));
    }),
  );
});

const LONG = 'x'.repeat(5000);

it.each([
  [`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${LONG}"}}`, 7],
  [`{"method":"tools/call","params":{"id":1,"a":"${LONG}"},"jsonrpc":"2.0","id":"b"}`, 'b'],
  [`{ "id" : 3 , "params" : {"a":"${LONG}"} }`, 3],
  [`{"jsonrpc":"2.0","method":"notifications/x","params":{"id":4,"a":"${LONG}"}}`, undefined],
  [`{"params":{"a":"${LONG}","b":{"id":5}}}`, undefined],
  [LONG, undefined],
])('of a line that is too long the id is told, where it is one: %#', (line, id) => {
  const reader = new MessageLines(2000);
  expect(reader.push(Buffer.from(line.slice(0, 3000)))).toEqual([]);
  expect(reader.push(Buffer.from(`${line.slice(3000)}\nnext\n`))).toEqual([
    {kind: 'too-long', id},
    {kind: 'message', text: 'next'},
  ]);
});
